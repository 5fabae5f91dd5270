/** Trying segmentation models on real images. Loads native code. */
export { byBox, byClick, type SegmentQuality, segmentQuality, TINYSEG, YOLOV8N_SEG } from './segment-trial.js';
