export {
  type CalibrationInput,
  type CalibrationResult,
  calibrate,
  MIN_CROP_SIDE_PX,
  MIN_CROPS,
  missing,
  NEEDED_CROPS,
  NEEDED_SECONDS,
} from './calibrate.js';
export { hasDrifted, MIN_CROPS_FOR_DRIFT } from './drift.js';
export { scoresOfExamples } from './evidence.js';
export { negationIn } from './negation.js';
export { dot, type Exemplars, type LogitRule, NO_EXEMPLARS, type PhraseVectors, phraseScore } from './phrase-score.js';
export { type RefusalReason, refusals } from './reasons.js';
export { ScoreSketch, type StoredSketch } from './score-sketch.js';
export { checkTexts, type EmbeddedText, type PhraseTexts } from './text-check.js';
export { allowedShare, type FalseAlarmBudget, shareAbove, type Threshold, thresholdFor } from './threshold.js';
