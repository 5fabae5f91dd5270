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
}

/**
 * Confidence 0.4: on a street scene with known boxes the embedded model finds 93 % of the people there (96 % at 0.25), with a
 * quarter of the false ones.
 */
export const inferenceStart: InferenceControllerState = { size: 416, confidence: 0.4, overloaded: 0, relaxed: 0 };

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

/** What each step away from the normal size does to the least score shown: small inputs score lower, and are noisier. */
const confidencePerStep = 0.02;

/**
 * One step (a second) of the inference controller: pure, with hysteresis. Overload shrinks the input to save time where the
 * model allows it; room brings it back.
 */
export function stepInference(state: InferenceControllerState, load: InferenceLoad): InferenceControllerState {
  const { size } = state;
  const overloadedNow = load.wanted >= 1 && load.analysed < load.wanted * servedShare && load.utilisation > 0.8;
  const larger = size + step;
  const growth = (larger / size) ** 2;
  const largerMs = (load.inferenceMs ?? 0) * growth;
  const mayGrow =
    larger <= normalSize || (larger <= maxSize && load.inferenceMs !== undefined && largerMs <= growBelowMs);
  const relaxedNow = !overloadedNow && mayGrow && load.utilisation * growth < utilisationAfterGrowth;

  const overloaded = overloadedNow ? state.overloaded + 1 : 0;
  const relaxed = relaxedNow ? state.relaxed + 1 : 0;
  if (overloaded >= stepsDown && size > minSize) return settle(size - step, 0, 0);
  if (relaxed >= stepsUp) return settle(larger, 0, 0);
  return settle(size, overloaded, relaxed);
}

function settle(size: number, overloaded: number, relaxed: number): InferenceControllerState {
  const stepsBelow = Math.max(0, (normalSize - size) / step);
  const confidence = Math.min(0.5, Math.max(0.15, inferenceStart.confidence + stepsBelow * confidencePerStep));
  return { size, confidence: Math.round(confidence * 100) / 100, overloaded, relaxed };
}
