/** Running models: the only entry of this package that loads ONNX Runtime. */

export type * from '../runtime/model-runner.js';
export * from '../runtime/onnx-runner.js';
export type * from './detector.js';
export * from './device-trials.js';
export * from './format-detector.js';
export * from './open-detector.js';
