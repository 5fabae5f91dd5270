/** Everything of `media` that is safe on the main thread: no native code is loaded. The codec is in `@lookout/media/codec`. */
export * from './clock.js';
export * from './frame.js';
export * from './latest.js';
export * from './source.js';
