/** Trying calibration on real images. Loads native code. */
export { type FalseAlarms, falseAlarms } from './false-alarms.js';
export { PhraseTrial } from './phrase-trial.js';
export { HELD_OUT, NOT_TOLD, TOLD, type TrialPhrase } from './trial-phrases.js';
