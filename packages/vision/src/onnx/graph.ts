import { toNumber } from './model-file.js';
import type { OnnxGraph, OnnxNode, OnnxTensor } from './schema.js';

/** A list of whole numbers among a node's attributes; `undefined` where it is not given. */
export function intsOf({ attribute }: OnnxNode, name: string): number[] | undefined {
  return attribute.find((one) => one.name === name)?.ints?.map(toNumber);
}

/** A whole number among a node's attributes; `undefined` where it is not given. */
export function intOf({ attribute }: OnnxNode, name: string): number | undefined {
  const found = attribute.find((one) => one.name === name);
  return found && toNumber(found.i ?? 0);
}

/** A part of the graph inside a node may use anything by its name. */
export function hasSubgraph({ attribute }: OnnxNode): boolean {
  return attribute.some(({ g }) => g !== undefined && g !== null);
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

/** Takes a constant out that no node reads. */
export function dropUnused(graph: OnnxGraph, tensor: OnnxTensor): void {
  const isUsed = graph.node.some((node) => node.input.includes(tensor.name!) || hasSubgraph(node));
  if (isUsed) return;
  graph.initializer = graph.initializer.filter((one) => one !== tensor);
  // Old exporters list weights among the inputs: without a value it would have to be given.
  graph.input = graph.input.filter(({ name }) => name !== tensor.name);
}
