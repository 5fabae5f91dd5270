import type { ModelInfo, Preparation } from '@lookout/vision';
import type { Sidecar } from '@lookout/vision/models';

/** A model's file beside it, as it would be written for another Lookout that has only the tensors. */
export type DetectorDescription = Required<Pick<Sidecar, 'names' | 'format' | 'letterbox' | 'fill'>> &
  Partial<Pick<Sidecar, 'layout' | 'scale' | 'mean' | 'std' | 'licence'>>;

/** How pictures become the inputs of a model as it is served, and its outputs boxes. */
export function describeDetector(model: ModelInfo): DetectorDescription {
  const { anchor, fill } = model.letterbox;
  const preparation = model.source?.preparation ?? model.preparation;
  return {
    names: [...model.classNames],
    format: model.format,
    letterbox: anchor,
    fill,
    ...(preparation && describePreparation(preparation)),
    ...(model.licence !== undefined && { licence: model.licence }),
  };
}

function describePreparation({ layout, scale, mean, std }: Preparation) {
  return { layout, scale, mean: [...mean] as [number, number, number], std: [...std] as [number, number, number] };
}
