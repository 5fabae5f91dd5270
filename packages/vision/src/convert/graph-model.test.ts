import { describe, expect, it } from 'vitest';
import { convertGraphModel } from './convert.js';
import { readGraphModel } from './graph-model.js';
import { halfToFloat } from './half.js';

function graph(nodes: object[], weights: object[] = []): string {
  const image = { name: 'x', op: 'Placeholder' };
  return JSON.stringify({
    signature: {
      inputs: { x: { name: 'x:0', tensorShape: { dim: [1, 3, 8, 8].map((size) => ({ size })) } } },
      outputs: { y: { name: 'y:0' } },
    },
    modelTopology: { node: [...nodes, image] },
    weightsManifest: [{ weights }],
  });
}

const code = (expected: string) => expect.objectContaining({ code: expected });

describe('readGraphModel', () => {
  it('puts nodes in the order of computation, whatever order they come in', () => {
    const { nodes } = readGraphModel(
      graph([
        { name: 'y', op: 'Sigmoid', input: ['middle'] },
        { name: 'middle', op: 'Identity', input: ['x', '^x'] },
      ]),
      new Uint8Array(),
    );
    expect(nodes.map(({ name }) => name)).toEqual(['x', 'middle', 'y']);
  });

  it('widens float16 weights', () => {
    const half = { name: 'w', shape: [2], dtype: 'float32', quantization: { dtype: 'float16' } };
    const { weights } = readGraphModel(
      graph([{ name: 'y', op: 'Identity', input: ['x'] }], [half]),
      Uint8Array.of(0, 0x3c, 0, 0xc1),
    );
    expect([...weights.get('w')!.data]).toEqual([1, -2.5]);
  });

  it.each([
    ['no JSON', '{', new Uint8Array()],
    ['other JSON', '{"a":1}', new Uint8Array()],
    ['too few bytes', graph([], [{ name: 'w', shape: [4], dtype: 'float32' }]), new Uint8Array(15)],
    ['too many bytes', graph([], []), new Uint8Array(4)],
    ['a missing node', graph([{ name: 'y', op: 'Identity', input: ['z'] }]), new Uint8Array()],
    ['a cycle', graph([{ name: 'y', op: 'Identity', input: ['y'] }]), new Uint8Array()],
  ])('refuses %s', (_name, json, weights) => {
    expect(() => readGraphModel(json, weights)).toThrow(code('model_invalid'));
  });
});

describe('convertGraphModel', () => {
  it('names the operator it does not know', () => {
    const source = readGraphModel(graph([{ name: 'y', op: 'Fft', input: ['x'] }]), new Uint8Array());
    const error = expect.objectContaining({ code: 'model_unsupported', message: expect.stringContaining('Fft') });
    expect(() => convertGraphModel(source)).toThrow(error);
  });

  it('refuses what it would get wrong', () => {
    const attributes = { padding: { s: Buffer.from('SAME').toString('base64') } };
    const filter = { name: 'w', shape: [1, 1, 8, 1], dtype: 'float32' };
    const nodes = [
      { name: 'w', op: 'Const' },
      { name: 'y', op: 'Conv2D', input: ['x', 'w'], attr: attributes },
    ];
    const source = readGraphModel(graph(nodes, [filter]), new Uint8Array(32));
    expect(() => convertGraphModel(source)).toThrow(code('model_unsupported'));
  });
});

describe('halfToFloat', () => {
  it.each([
    [0x0000, 0],
    [0x0001, 2 ** -24],
    [0x03ff, 1023 * 2 ** -24],
    [0x3c00, 1],
    [0xc100, -2.5],
    [0x7bff, 65504],
    [0x7c00, Infinity],
    [0xfc00, -Infinity],
    [0x7e00, Number.NaN],
  ])('reads %i', (half, value) => {
    expect(halfToFloat(half)).toBe(value);
  });
});
