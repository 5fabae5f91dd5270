import { toNumber } from './model-file.js';
import type { OnnxGraph, OnnxNode } from './schema.js';

/** A list of whole numbers among a node's attributes; `undefined` where it is not given. */
export function intsOf({ attribute }: OnnxNode, name: string): number[] | undefined {
  return attribute.find((one) => one.name === name)?.ints?.map(toNumber);
}

/** Those of `nodes` that the graph's outputs need. */
export function withoutUnused(graph: OnnxGraph, nodes: readonly OnnxNode[]): OnnxNode[] {
  const used = new Set(graph.output.map(({ name }) => name));
  const kept: OnnxNode[] = [];
  // ONNX lists nodes in the order they run in.
  for (const node of nodes.toReversed()) {
    if (hasSubgraph(node)) return [...nodes];
    if (!node.output.some((name) => used.has(name))) continue;
    for (const name of node.input) used.add(name);
    kept.push(node);
  }
  return kept.reverse();
}

/** A part of the graph inside a node may use anything by its name. */
function hasSubgraph({ attribute }: OnnxNode): boolean {
  return attribute.some(({ g }) => g !== undefined && g !== null);
}
