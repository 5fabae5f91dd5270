import { onnxNode } from './build.js';
import { toNumber } from './model-file.js';
import type { OnnxModel, OnnxNode } from './schema.js';

/** A greatest value about each place: stride 1, as large as its input. */
interface Pool {
  node: OnnxNode;
  /** Side of the square that is looked at; odd. */
  side: number;
}

/**
 * Has the poolings of a spatial pyramid (the SPP block of YOLOv3 to YOLOX: the greatest of 5×5, of 9×9 and of 13×13 about each
 * place) go one from the other: 5×5 of 5×5 is 9×9, exactly, also at the borders, and less work.
 */
export function chainPools({ graph }: OnnxModel): void {
  const pools = graph.node.map(poolOf).filter((pool) => pool !== undefined);
  for (const input of new Set(pools.map(({ node }) => node.input[0]))) {
    const pyramid = pools.filter(({ node }) => node.input[0] === input);
    // Each must come behind the one it is made of, as nodes are run in order.
    const rises = pyramid.every(({ side }, i) => i === 0 || side > pyramid[i - 1]!.side);
    if (!rises) continue;
    for (const [i, { node, side }] of pyramid.entries()) {
      const before = pyramid[i - 1];
      if (before === undefined) continue;
      const rest = side - before.side;
      Object.assign(
        node,
        onnxNode('MaxPool', [before.node.output[0]!], node.output, {
          kernel_shape: [rest + 1, rest + 1],
          pads: [rest / 2, rest / 2, rest / 2, rest / 2],
          strides: [1, 1],
        }),
      );
    }
  }
}

function poolOf(node: OnnxNode): Pool | undefined {
  if (node.opType !== 'MaxPool' || node.domain || node.output.length !== 1) return undefined;
  const known = new Map(
    node.attribute.map(({ name, ints, i }) => [name, (ints?.length ? ints : [i ?? 0]).map(toNumber)]),
  );
  const [height, width] = known.get('kernel_shape') ?? [];
  const isSquare = height !== undefined && height === width && height % 2 === 1;
  const all = (name: string, wanted: number) => known.get(name)?.every((value) => value === wanted);
  if (!isSquare || known.get('pads')?.length !== 4 || !all('pads', (height - 1) / 2)) return undefined;
  if (all('strides', 1) === false || all('dilations', 1) === false || all('ceil_mode', 0) === false) return undefined;
  if (node.attribute.some(({ name, s }) => name === 'auto_pad' && s?.length && !isNotSet(s))) return undefined;
  return { node, side: height };
}

function isNotSet(text: Uint8Array): boolean {
  return new TextDecoder().decode(text) === 'NOTSET';
}
