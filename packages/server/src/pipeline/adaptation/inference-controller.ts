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

export const inferenceStart: InferenceControllerState = {
  size: 416,
  confidence: DETECTION_DEFAULTS.confidence,
  overloaded: 0,
  relaxed: 0,
  patience: 4,
  sinceGrowth: 1000,
};

const minSize = 320;
const maxSize = 640;
const step = 32;
/** The size a free machine returns to. */
const normalSize = 416;
/** Inference this fast at the next size may go beyond the normal size: a GPU, not an idle CPU heating the room. */
const growBelowMs = 10;
/** Fewer analysed than this share of what was wanted is overload. */
const servedShare = 0.92;
/** A larger input must be expected to leave this share of the workers' time free. */
const utilisationAfterGrowth = 0.75;
/** Steps of one second before the size moves: down soon, up slowly, so that it cannot swing. */
const stepsDown = 2;
const stepsUp = 4;
/** At once by so many steps of the size at most. */
const mostSteps = 3;
/** A size that had to be left again soon after it was taken up waits, twice as long each time. */
const soon = 12;
const patienceFactor = 2;
const mostPatience = 60;

/** What each step away from the normal size does to the least score shown: small inputs score lower, and are noisier. */
const confidencePerStep = 0.02;

/**
 * One step (a second) of the inference controller: pure, with hysteresis. Overload shrinks the input to save time where the
 * model allows it; room brings it back.
 */
export function stepInference(state: InferenceControllerState, load: InferenceLoad): InferenceControllerState {
  const { size } = state;
  const sinceGrowth = state.sinceGrowth + 1;
  const overloadedNow = load.wanted >= 1 && load.analysed < load.wanted * servedShare && load.utilisation > 0.8;
  const larger = largestThatFits(size, load);
  const overloaded = overloadedNow ? state.overloaded + 1 : 0;
  const relaxed = !overloadedNow && larger > size ? state.relaxed + 1 : 0;
  if (overloaded >= stepsDown && size > minSize) {
    const failed = sinceGrowth <= soon;
    const patience = failed ? Math.min(mostPatience, state.patience * patienceFactor) : state.patience;
    return settle(smallerThatServes(size, load), { overloaded: 0, relaxed: 0, patience, sinceGrowth: soon });
  }
  if (relaxed >= state.patience) {
    return settle(larger, { overloaded: 0, relaxed: 0, patience: state.patience, sinceGrowth: 0 });
  }
  // What has held for long counts as new again.
  const patience = sinceGrowth > 2 * mostPatience ? stepsUp : state.patience;
  return settle(size, { overloaded, relaxed, patience, sinceGrowth });
}

/** The work of an inference goes with the area of its input: the size at which all that is wanted is served. */
function smallerThatServes(size: number, { wanted, analysed }: InferenceLoad): number {
  const serves = Math.floor((size * Math.sqrt(analysed / wanted)) / step) * step;
  return Math.max(minSize, size - mostSteps * step, Math.min(size - step, serves));
}

/** The largest input whose work leaves room; beyond the normal one a step at a time, and only where inference is fast. */
function largestThatFits(size: number, { utilisation, inferenceMs }: InferenceLoad): number {
  const fits = (candidate: number) => utilisation * (candidate / size) ** 2 < utilisationAfterGrowth;
  if (size < normalSize) {
    let largest = size;
    while (largest < normalSize && largest < size + mostSteps * step && fits(largest + step)) largest += step;
    return largest;
  }
  const next = size + step;
  if (next > maxSize || inferenceMs === undefined || !fits(next)) return size;
  return inferenceMs * (next / size) ** 2 <= growBelowMs ? next : size;
}

function settle(
  size: number,
  rest: Pick<InferenceControllerState, 'overloaded' | 'relaxed' | 'patience' | 'sinceGrowth'>,
): InferenceControllerState {
  const stepsBelow = Math.max(0, (normalSize - size) / step);
  const confidence = Math.min(0.5, Math.max(0.15, inferenceStart.confidence + stepsBelow * confidencePerStep));
  return { size, confidence: Math.round(confidence * 100) / 100, ...rest };
}
