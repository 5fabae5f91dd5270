import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { type GraphParts, graphOf, imageParts, textParts } from '../testing/embedding-graphs.js';
import { graphFile } from '../testing/graph-file.js';
import { readTextFixture } from '../testing/tokenizers.js';
import { checkEmbedFiles, type EmbedFiles } from './check-files.js';

const directory = mkdtempSync(join(tmpdir(), 'lookout-embed-files-'));
afterAll(() => rmSync(directory, { recursive: true }));

function tokenizer(name: 'clip' | 'wordpiece'): string {
  const path = join(directory, `${name}.json`);
  writeFileSync(path, JSON.stringify(readTextFixture(name).tokenizer));
  return path;
}

const graph = (...parts: GraphParts[]) => graphFile(graphOf(...parts));
const text = textParts({ output: 'text_embeds', length: 77, dimension: 8 });
const image = imageParts({ output: 'image_embeds', size: 224, dimension: 8 });
const anySize = imageParts({ output: 'image_embeds', size: 'side', dimension: 8 });
const states = { ...image.outputs[0]!, name: 'last_hidden_state', type: text.inputs[0]!.type! };
const besideStates = { ...image, outputs: [...image.outputs, states] };
const CLIP: EmbedFiles = {
  name: 'given',
  family: 'clip',
  graphs: { text: graph(text), image: graph(image) },
  tokenizer: tokenizer('clip'),
};

describe('checkEmbedFiles', () => {
  it.each<[string, Partial<EmbedFiles>]>([
    ['two graphs', {}],
    ['one graph with both sides', { graphs: { model: graph(text, image) } }],
    ['hidden states beside the vectors', { graphs: { ...CLIP.graphs, image: graph(besideStates) } }],
    ['images of any size', { graphs: { text: graph(text), image: graph(anySize) } }],
    ["a preparation for the graph's size", { preprocessor: { size: 256, crop_size: 224 } }],
  ])('takes %s', (_, given) => {
    expect(() => checkEmbedFiles({ ...CLIP, ...given })).not.toThrow();
  });

  const shorter = graph(imageParts({ output: 'image_embeds', size: 224, dimension: 6 }));
  it.each<[string, Partial<EmbedFiles>, string]>([
    [
      'sides of different lengths',
      { graphs: { ...CLIP.graphs, image: shorter } },
      'text vectors have 8 dimensions, image vectors 6',
    ],
    ['no text side', { graphs: { image: graph(image) } }, 'lacks its text side'],
    ['no tokenizer', { tokenizer: undefined }, 'lacks its tokenizer.json'],
    ['a tokenizer of another kind', { tokenizer: tokenizer('wordpiece') }, 'does not fit a CLIP model'],
    ['a preparation for another size', { preprocessor: { crop_size: 336 } }, 'the model takes 224×224'],
    ['an unknown family', { family: 'other' }, 'no family of embedding models named other'],
  ])('refuses %s', (_, given, why) => {
    expect(() => checkEmbedFiles({ ...CLIP, ...given })).toThrow(why);
  });
});
