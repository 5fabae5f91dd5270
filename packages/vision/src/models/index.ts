/** Everything about model files; no native code is loaded. */
export * from './coco-names.js';
export * from './embedded.js';
