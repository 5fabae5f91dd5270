import type { ModelInfo } from '../model-info.js';
import { ELEMENT_TYPE, type OnnxModel } from '../onnx/schema.js';
import { describeModel } from './describe.js';
import type { Sidecar } from './sidecar.js';

/** An input or output as somebody tells of it: `-1` and names are free dimensions. */
export interface ToldTensor {
  name: string;
  type: string;
  shape: readonly (number | string)[];
}

/**
 * Understands a model whose file is elsewhere by what is told of its inputs and outputs; the sidecar wins where it speaks.
 * @returns the ways it can be read, the likeliest first.
 * @throws LookoutError `model_unsupported` with the reason.
 */
export function describeTensors(
  { inputs, outputs }: { inputs: readonly ToldTensor[]; outputs: readonly ToldTensor[] },
  sidecar: Sidecar,
): [Omit<ModelInfo, 'name' | 'path'>, ...Omit<ModelInfo, 'name' | 'path'>[]] {
  // A file of this model would say of itself no more than that, but for its metadata.
  const model: OnnxModel = {
    opsetImport: [],
    metadataProps: [],
    graph: { node: [], initializer: [], input: inputs.map(valueInfo), output: outputs.map(valueInfo), valueInfo: [] },
  };
  const [first, ...others] = describeModel(model, sidecar).map(({ info, preparation }) => ({ ...info, preparation }));
  return [first!, ...others];
}

function valueInfo({ name, type, shape }: ToldTensor) {
  const dim = shape.map((size) => (typeof size === 'number' && size >= 0 ? { dimValue: size } : {}));
  // 0: of a type that no picture and no table of boxes has.
  const elemType = ELEMENT_TYPE[type as keyof typeof ELEMENT_TYPE] ?? 0;
  return { name, type: { tensorType: { elemType, shape: { dim } } } };
}
