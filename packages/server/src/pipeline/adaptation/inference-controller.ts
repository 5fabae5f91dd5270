import { DETECTION_DEFAULTS } from '@lookout/protocol';

/** Load of the pipeline over the last step. */
export interface InferenceLoad {
  /** Frames wanted and frames analysed per second, summed over all cameras. */
  wanted: number;
  analysed: number;
  /** Median inference time at the current size, ms; undefined when nothing ran. */
  inferenceMs: number | undefined;
  /** Share of the workers' time in use, 0..1. */
  utilisation: number;
}

export interface InferenceSettings {
  /** Longer side of the model's input: 320..640 in steps of 32. */
  size: number;
  /** Confidence threshold for display, 0.15..0.5. */
  confidence: number;
}

export interface InferenceControllerState extends InferenceSettings {
  /** Consecutive steps that called for a smaller or a larger input. */
  overloaded: number;
  relaxed: number;
  /** Consecutive steps that must allow a larger input before it is used. */
  patience: number;
  /** Steps since the input last grew. */
  sinceGrowth: number;
}

export const INFERENCE_START: InferenceControllerState = {
  size: 416,
  confidence: DETECTION_DEFAULTS.confidence,
  overloaded: 0,
  relaxed: 0,
  patience: 4,
  sinceGrowth: 1000,
};

const MIN_SIZE = 320;
const MAX_SIZE = 640;
const SIZE_STEP = 32;
/** The size that the controller returns to when the load allows. */
const NORMAL_SIZE = 416;
/**
 * The input may exceed the normal size only if inference stays this fast: that takes a GPU, and keeps an idle CPU from running
 * hot.
 */
const GROW_BELOW_MS = 10;
/** Analysing less than this share of the wanted frames is overload. */
const SERVED_SHARE = 0.92;
/** The input grows only if the workers' utilisation is then expected to stay below this. */
const UTILISATION_AFTER_GROWTH = 0.75;
/** Steps (1 s each) before the size changes: shrink fast, grow slowly, to avoid oscillation. */
const STEPS_DOWN = 2;
const STEPS_UP = 4;
/** Maximum change of size at once, in steps of `SIZE_STEP`. */
const MAX_SIZE_STEPS = 3;
/** If a larger size has to be given up within `SOON_STEPS`, the next growth takes `PATIENCE_FACTOR` times as many steps. */
const SOON_STEPS = 12;
const PATIENCE_FACTOR = 2;
const MAX_PATIENCE = 60;

/** The threshold rises by this per step below the normal size: small inputs give noisier scores. */
const CONFIDENCE_PER_STEP = 0.02;

/**
 * One step (1 s) of the inference controller: pure, with hysteresis. Shrinks the input under overload, if the model allows it,
 * and grows it again when there is room.
 */
export function stepInference(state: InferenceControllerState, load: InferenceLoad): InferenceControllerState {
  const { size } = state;
  const sinceGrowth = state.sinceGrowth + 1;
  const overloadedNow = load.wanted >= 1 && load.analysed < load.wanted * SERVED_SHARE && load.utilisation > 0.8;
  const larger = largestThatFits(size, load);
  const overloaded = overloadedNow ? state.overloaded + 1 : 0;
  const relaxed = !overloadedNow && larger > size ? state.relaxed + 1 : 0;
  if (overloaded >= STEPS_DOWN && size > MIN_SIZE) {
    const failed = sinceGrowth <= SOON_STEPS;
    const patience = failed ? Math.min(MAX_PATIENCE, state.patience * PATIENCE_FACTOR) : state.patience;
    return settle(smallerThatServes(size, load), { overloaded: 0, relaxed: 0, patience, sinceGrowth: SOON_STEPS });
  }
  if (relaxed >= state.patience) {
    return settle(larger, { overloaded: 0, relaxed: 0, patience: state.patience, sinceGrowth: 0 });
  }
  // A size that has held this long is trusted again.
  const patience = sinceGrowth > 2 * MAX_PATIENCE ? STEPS_UP : state.patience;
  return settle(size, { overloaded, relaxed, patience, sinceGrowth });
}

/** Inference time is proportional to the input's area: the largest size at which all wanted frames can be analysed. */
function smallerThatServes(size: number, { wanted, analysed }: InferenceLoad): number {
  const serves = Math.floor((size * Math.sqrt(analysed / wanted)) / SIZE_STEP) * SIZE_STEP;
  return Math.max(MIN_SIZE, size - MAX_SIZE_STEPS * SIZE_STEP, Math.min(size - SIZE_STEP, serves));
}

/** The largest size whose load leaves room; beyond the normal size one step at a time, and only if inference is fast. */
function largestThatFits(size: number, { utilisation, inferenceMs }: InferenceLoad): number {
  const fits = (candidate: number) => utilisation * (candidate / size) ** 2 < UTILISATION_AFTER_GROWTH;
  if (size < NORMAL_SIZE) {
    let largest = size;
    while (largest < NORMAL_SIZE && largest < size + MAX_SIZE_STEPS * SIZE_STEP && fits(largest + SIZE_STEP))
      largest += SIZE_STEP;
    return largest;
  }
  const next = size + SIZE_STEP;
  if (next > MAX_SIZE || inferenceMs === undefined || !fits(next)) return size;
  return inferenceMs * (next / size) ** 2 <= GROW_BELOW_MS ? next : size;
}

function settle(
  size: number,
  rest: Pick<InferenceControllerState, 'overloaded' | 'relaxed' | 'patience' | 'sinceGrowth'>,
): InferenceControllerState {
  const stepsBelow = Math.max(0, (NORMAL_SIZE - size) / SIZE_STEP);
  const confidence = Math.min(0.5, Math.max(0.15, INFERENCE_START.confidence + stepsBelow * CONFIDENCE_PER_STEP));
  return { size, confidence: Math.round(confidence * 100) / 100, ...rest };
}
