import { DETECTION_DEFAULTS } from '@lookout/protocol';

/** What the pipeline measured over the last step. */
export interface InferenceLoad {
  /** Frames wanted and frames analysed, of all adaptive cameras together. */
  wanted: number;
  analysed: number;
  /** Median inference time at the present size, ms; undefined when nothing ran. */
  inferenceMs: number | undefined;
  /** Share of the workers' time in use, 0..1. */
  utilisation: number;
}

export interface InferenceSettings {
  /** Longer side of the model's input: 320..640 in steps of 32. */
  size: number;
  /** Least score shown, 0.15..0.5. */
  confidence: number;
}

export interface InferenceControllerState extends InferenceSettings {
  /** Steps in a row that asked for a smaller / a larger input. */
  overloaded: number;
  relaxed: number;
  /** Steps in a row that must allow a larger input before it is taken. */
  patience: number;
  /** Steps since the last larger input. */
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
/** The size a free machine returns to. */
const NORMAL_SIZE = 416;
/** Inference this fast at the next size may go beyond the normal size: a GPU, not an idle CPU heating the room. */
const GROW_BELOW_MS = 10;
/** Fewer analysed than this share of what was wanted is overload. */
const SERVED_SHARE = 0.92;
/** A larger input must be expected to leave this share of the workers' time free. */
const UTILISATION_AFTER_GROWTH = 0.75;
/** Steps of one second before the size moves: down soon, up slowly, so that it cannot swing. */
const STEPS_DOWN = 2;
const STEPS_UP = 4;
/** At once by so many steps of the size at most. */
const MAX_SIZE_STEPS = 3;
/** A size that had to be left again soon after it was taken up waits, twice as long each time. */
const SOON_STEPS = 12;
const PATIENCE_FACTOR = 2;
const MAX_PATIENCE = 60;

/** What each step away from the normal size does to the least score shown: small inputs score lower, and are noisier. */
const CONFIDENCE_PER_STEP = 0.02;

/**
 * One step (a second) of the inference controller: pure, with hysteresis. Overload shrinks the input to save time where the
 * model allows it; room brings it back.
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
  // What has held for long counts as new again.
  const patience = sinceGrowth > 2 * MAX_PATIENCE ? STEPS_UP : state.patience;
  return settle(size, { overloaded, relaxed, patience, sinceGrowth });
}

/** The work of an inference goes with the area of its input: the size at which all that is wanted is served. */
function smallerThatServes(size: number, { wanted, analysed }: InferenceLoad): number {
  const serves = Math.floor((size * Math.sqrt(analysed / wanted)) / SIZE_STEP) * SIZE_STEP;
  return Math.max(MIN_SIZE, size - MAX_SIZE_STEPS * SIZE_STEP, Math.min(size - SIZE_STEP, serves));
}

/** The largest input whose work leaves room; beyond the normal one a step at a time, and only where inference is fast. */
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
