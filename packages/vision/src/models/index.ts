/** Everything about model files; loads no native code. */
export { COCO_NAMES } from '../model-info/coco-names.js';
export { describeTensors, type ToldTensor } from '../reading/describe.js';
export { UnknownShapesError } from '../reading/identify.js';
export { judgeReadings, type Verdict } from '../reading/judge-readings.js';
export { readSidecarFile, Sidecar, sidecarNames } from '../reading/sidecar.js';
export {
  type ModelTrial,
  type ShownObject,
  TRIAL_PHOTOS,
  type TrialPhoto,
  type TrialPhotoFile,
} from '../reading/trial-photos.js';
export { clearOutdated, clearPrepared, writeAtomically } from './cache.js';
export * from './catalogue.js';
export * from './catalogue-entry.js';
export { EMBEDDED_MODEL, EMBEDDED_MODEL_FLOAT, type EmbeddedName, embeddedModel, isEmbeddedName } from './embedded.js';
export * from './pull.js';
export * from './read-task-model.js';
export * from './resolve.js';
export * from './runtime-version.js';
