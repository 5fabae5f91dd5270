/** Running models: the only entry of this package that loads ONNX Runtime. */
export type * from './detector.js';
export * from './device-trials.js';
export * from './format-detector.js';
export type * from './model-runner.js';
export * from './onnx-runner.js';
