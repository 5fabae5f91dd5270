/** Running models: the only entry of this package that loads ONNX Runtime. */
export type * from './detector.js';
export * from './format-detector.js';
export * from './judge-readings.js';
export * from './measure-together.js';
export type * from './model-runner.js';
export * from './onnx-runner.js';
export * from './open-detector.js';
export * from './try-provider.js';
