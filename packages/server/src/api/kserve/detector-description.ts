import type { ModelInfo, Preparation } from '@lookout/vision';
import type { Sidecar } from '@lookout/vision/models';

/** A model's sidecar file, as another Lookout would need it if it had only the tensors. */
export type DetectorDescription = Required<Omit<Sidecar, 'input_size' | Optional>> & Pick<Sidecar, Optional>;
type Optional = 'boxes' | 'scores' | 'licence';

const LEVELS_AS_THEY_ARE: Preparation = { layout: 'RGB', scale: 1, mean: [0, 0, 0], std: [1, 1, 1] };

/** Describes how to convert images to the inputs of a raw model, and its outputs to boxes. */
export function describeDetector(model: ModelInfo): DetectorDescription {
  const { anchor, fill } = model.letterbox;
  // Without a preparation, the input is the image's levels 0..255 unchanged.
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
