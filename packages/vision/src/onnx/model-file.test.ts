import protobuf from 'protobufjs';
import { describe, expect, it } from 'vitest';
import { tinyModel } from '../testing/tiny-model.js';
import { decodeModel, encodeModel, modelInputs, modelMetadata, modelOutputs, opsetVersion } from './model-file.js';

const MODEL = tinyModel({
  input: ['batch', 3, 'height', 'width'],
  outputs: { output0: { shape: [1, 2, 3], values: Float32Array.of(1, 2, 3, 4, 5, 6), declaredShape: [1, 'boxes', 3] } },
  metadata: { names: "{0: 'cat'}", stride: '32' },
});

describe('decodeModel', () => {
  it('reads back what was written', () => {
    const model = decodeModel(encodeModel(MODEL));
    expect(modelInputs(model)).toEqual([{ name: 'images', type: 'float32', shape: ['batch', 3, 'height', 'width'] }]);
    expect(modelOutputs(model)).toEqual([{ name: 'output0', type: 'float32', shape: [1, 'boxes', 3] }]);
    expect([...modelMetadata(model)]).toEqual([
      ['names', "{0: 'cat'}"],
      ['stride', '32'],
    ]);
    expect(opsetVersion(model)).toBe(13);
  });

  it('keeps fields it does not know, however deep', () => {
    const ModelWithDocs = protobuf
      .parse(`syntax = "proto2";
        message Model { optional Graph graph = 7; optional string doc_string = 6; }
        message Graph { repeated Node node = 1; repeated Output output = 12; }
        message Node { repeated string output = 2; optional string op_type = 4; optional string doc_string = 6; }
        message Output { optional string name = 1; }`)
      .root.lookupType('Model');
    const documented = {
      docString: 'of the model',
      graph: { node: [{ output: ['y'], opType: 'Identity', docString: 'of a node' }], output: [{ name: 'y' }] },
    };
    const bytes = encodeModel(decodeModel(ModelWithDocs.encode(documented).finish()));
    expect(ModelWithDocs.toObject(ModelWithDocs.decode(bytes))).toEqual(documented);
  });

  it('lists no initialiser among the inputs', () => {
    const old = { ...MODEL, graph: { ...MODEL.graph, input: [...MODEL.graph.input, { name: 'output0_values' }] } };
    expect(modelInputs(decodeModel(encodeModel(old))).map(({ name }) => name)).toEqual(['images']);
  });

  it.each([
    ['nothing', new Uint8Array()],
    ['a text', new TextEncoder().encode('<html>404 Not Found</html>')],
    ['zeros', new Uint8Array(1000)],
    ['a model cut short', encodeModel(MODEL).subarray(0, -20)],
  ])('refuses %s', (_name, bytes) => {
    expect(() => decodeModel(bytes)).toThrow(expect.objectContaining({ code: 'model_invalid' }));
  });
});
