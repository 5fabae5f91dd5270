/** Trials of models on real images. Loads native code. */
export { decodeRgb } from '../coco-crops.js';
export { type CocoObject, cocoObjects } from './coco-objects.js';
export { byBox, byClick, type SegmentQuality, segmentQuality, TINYSEG, YOLOV8N_SEG } from './segment-trial.js';
