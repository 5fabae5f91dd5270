/** Everything about model files; no native code is loaded. */
export { clearOutdated, writeAtomically } from './cache.js';
export * from './catalogue.js';
export { COCO_NAMES } from './coco-names.js';
export * from './describe-tensors.js';
export { EMBEDDED_MODEL, EMBEDDED_MODEL_FLOAT, type EmbeddedName, embeddedModel, isEmbeddedName } from './embedded.js';
export { UnknownShapesError } from './identify.js';
export * from './pull.js';
export * from './resolve.js';
export * from './runtime-version.js';
export { readSidecarFile, Sidecar } from './sidecar.js';
export * from './trial-photos.js';
export type * from './try-model.js';
