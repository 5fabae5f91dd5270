import type { ModelInfo, Preparation } from '@lookout/vision';
import type { Sidecar } from '@lookout/vision/models';

/** A model's file beside it, as it would be written for another Lookout that has only the tensors. */
export type DetectorDescription = Required<Omit<Sidecar, 'input_size' | Optional>> & Pick<Sidecar, Optional>;
type Optional = 'boxes' | 'scores' | 'licence';

const LEVELS_AS_THEY_ARE: Preparation = { layout: 'RGB', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] };

/** How pictures become the inputs of a model as it is served, and its outputs boxes. */
export function describeDetector(model: ModelInfo): DetectorDescription {
  const { anchor, fill } = model.letterbox;
  // Without one its input is the picture's levels as they are, 0..255.
  const preparation = model.source?.preparation ?? model.preparation ?? LEVELS_AS_THEY_ARE;
  return {
    names: [...model.classNames],
    format: model.format,
    letterbox: anchor,
    fill,
    ...describePreparation(preparation),
    ...(model.fractionalBoxes && { boxes: 'fractions' as const }),
    ...(model.logitScores && { scores: 'logits' as const }),
    ...(model.licence !== undefined && { licence: model.licence }),
  };
}

function describePreparation({ layout, scale, mean, std }: Preparation) {
  return { layout, scale, mean: [...mean] as [number, number, number], std: [...std] as [number, number, number] };
}
