import { describe, expect, it } from 'vitest';
import { type GraphParts, graphOf, imageParts, textParts } from '../testing/embedding-graphs.js';
import { graphFile } from '../testing/graph-file.js';
import { identityModel } from '../testing/identity-model.js';
import { EMBED_CONTRACTS } from './contracts.js';

const fitting = (bytes: Uint8Array) =>
  EMBED_CONTRACTS.filter((contract) => contract.fits(graphFile(bytes))).map(({ family, role }) => `${family} ${role}`);

const clipText = textParts({ others: ['attention_mask'], output: 'text_embeds', length: 77 });
const clipImage = imageParts({ output: 'image_embeds', size: 224 });
const siglipText = textParts({ output: 'pooler_output', count: 1, length: 64 });
const mobileText = textParts({ ids: 'text', output: 'text_features', length: 77 });
const mobileImage = imageParts({ input: 'image', output: 'image_features', size: 256 });
const bert = ['attention_mask', 'token_type_ids'];

const GRAPHS: readonly [string, GraphParts[], string[]][] = [
  ['CLIP, text', [clipText], ['clip text', 'sentence text']],
  ['CLIP, text without a mask', [textParts({ output: 'text_embeds', length: 77 })], ['clip text']],
  ['CLIP, image', [clipImage], ['clip image', 'sentence image']],
  ['CLIP, both', [clipText, clipImage], ['clip model']],
  ['SigLIP, text', [siglipText], ['siglip text']],
  ['SigLIP, image', [imageParts({ output: 'pooler_output', size: 224 })], ['siglip image', 'sentence image']],
  ['SigLIP, both', [textParts({ output: 'text_embeds', length: 64 }), clipImage], ['siglip model']],
  ['MobileCLIP, text', [mobileText], ['mobileclip text']],
  ['MobileCLIP, image', [mobileImage], ['mobileclip image']],
  ['MobileCLIP, both', [mobileText, mobileImage], ['mobileclip model']],
  ['BERT', [textParts({ others: bert, output: 'last_hidden_state', length: 's' })], ['sentence text']],
  ['a sentence encoder', [textParts({ others: bert, output: 'text_embeds', length: 's' })], ['sentence text']],
];

describe('EMBED_CONTRACTS', () => {
  it.each(GRAPHS)('knows %s', (_, parts, expected) => {
    expect(fitting(graphOf(...parts))).toEqual(expected);
  });

  it.each<[string, Uint8Array]>([
    ['a detector', identityModel({ images: { type: 'float32', shape: [1, 3, 640, 640] } })],
    ['an open detector', graphOf(clipText, { ...clipImage, outputs: [...clipImage.outputs, boxes()] })],
    ['its image side', graphOf({ ...clipImage, outputs: [{ ...clipImage.outputs[0]!, type: rank(4) }] })],
    ['an image encoder for masks', graphOf(imageParts({ output: 'image_embeddings', size: 1024 }))],
    [
      'a text encoder with an unknown input',
      graphOf(textParts({ others: ['bbox'], output: 'text_embeds', length: 77 })),
    ],
  ])('does not take %s', (_, bytes) => {
    expect(fitting(bytes)).toEqual([]);
  });
});

function boxes() {
  return { name: 'pred_boxes', type: rank(3) };
}

function rank(dimensions: number) {
  return { tensorType: { elemType: 1, shape: { dim: Array.from({ length: dimensions }, () => ({ dimValue: 4 })) } } };
}
