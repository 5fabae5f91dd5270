import { toNumber } from './model-file.js';
import { ELEMENT_TYPE, type OnnxGraph, type OnnxTensor } from './schema.js';

/** The constants of a graph by name: exporters write them as initialisers or as nodes. */
export function constantsOf({ initializer, node }: OnnxGraph): Map<string, OnnxTensor> {
  const constants = new Map<string, OnnxTensor>();
  for (const tensor of initializer) if (tensor.name) constants.set(tensor.name, tensor);
  for (const { opType, output, attribute } of node) {
    const value = opType === 'Constant' ? attribute.find(({ name }) => name === 'value')?.t : undefined;
    if (value) constants.set(output[0]!, value);
  }
  return constants;
}

/** The values of an int64 tensor; `undefined` for other types, and where the file does not have them as raw bytes. */
export function int64Values(tensor: OnnxTensor | undefined): number[] | undefined {
  if (tensor?.dataType !== ELEMENT_TYPE.int64) return undefined;
  const count = tensor.dims.map(toNumber).reduce((product, size) => product * size, 1);
  // Old files hold numbers one by one instead, in fields that are not read here; `rawData` is empty then.
  if (tensor.rawData?.length !== count * BigInt64Array.BYTES_PER_ELEMENT) return undefined;
  // A copy: bytes in a file need not lie where numbers may.
  return Array.from(new BigInt64Array(new Uint8Array(tensor.rawData).buffer), Number);
}
