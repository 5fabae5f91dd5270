/** Everything of `vision` that is pure: no native code is loaded. ONNX Runtime is in `@lookout/vision/detector`. */

export * from './class-agnostic-nms.js';
export type * from './detector/detector.js';
export * from './letterbox.js';
export * from './model-info.js';
export * from './tracker/assignment.js';
export { createTracker } from './tracker/motion-tracker.js';
export type * from './tracker/tracker.js';
export * from './tracker/tracker-options.js';
