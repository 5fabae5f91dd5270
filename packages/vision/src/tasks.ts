/** Runs models for the other tasks. Loads ONNX Runtime, like `@lookout/vision/detector`. */
export { checkEmbedFiles, type EmbedFiles } from './embedding/check-files.js';
export { EMBED_CONTRACTS } from './embedding/contracts.js';
export { openEmbedder } from './embedding/open-embedder.js';
export { cropImage, type PixelRect } from './image/crop.js';
export { type ResampleFilter, resample } from './image/resample.js';
export { OPEN_DETECT_CONTRACTS } from './open-detection/contracts.js';
export { openVocabularyDetector } from './open-detection/open-vocabulary-detector.js';
export { SEGMENT_CONTRACTS } from './segmentation/contracts.js';
export { openSegmenter } from './segmentation/open-segmenter.js';
