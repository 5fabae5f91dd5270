/** The pure part of `vision`: it loads no native code. ONNX Runtime is in `@lookout/vision/detector`. */

export * from './calibration/index.js';
export type * from './detector/detector.js';
export { suppressAcrossClasses } from './detector/nms.js';
export type * from './embedding/embedder.js';
export type * from './image/rgb-image.js';
export * from './look/look.js';
export * from './model-info/letterbox.js';
export * from './model-info/model-info.js';
export { iou } from './objects/boxes.js';
export { createTracker } from './objects/object-tracker.js';
export type * from './objects/tracked-object.js';
export { floatToHalf, halfToFloat } from './onnx/half-float.js';
export type * from './open-detection/open-detector.js';
export { boxOf, describeMask, polygonIou } from './segmentation/mask-geometry.js';
export type * from './segmentation/segmenter.js';
export { segmentTakes } from './segmentation/takes.js';
export * from './tasks/task-model.js';
export * from './tracker/assignment.js';
export * from './tracker/tracker-options.js';
