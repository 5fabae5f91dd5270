/** Calibration trials on real images. Loads native code. */
export { EMBED_MODELS } from '../coco-crops.js';
export { type FalseAlarms, falseAlarms } from './false-alarms.js';
export { heldTextBytes } from './held-texts.js';
export { PhraseTrial } from './phrase-trial.js';
export { HELD_OUT, NOT_TOLD, TOLD, type TrialPhrase } from './trial-phrases.js';
