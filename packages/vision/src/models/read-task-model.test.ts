import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { graphOf, imageParts, textParts } from '../testing/embedding-graphs.js';
import { readTextFixture } from '../testing/tokenizers.js';
import { embeddedModel } from './embedded.js';
import { readTaskModel } from './read-task-model.js';

let models: string;
beforeAll(() => {
  models = mkdtempSync(join(tmpdir(), 'lookout-task-models-'));
});
afterAll(() => {
  rmSync(models, { recursive: true, force: true });
});

/** Puts files into the folder of a model. */
function folder(name: string, files: Readonly<Record<string, Uint8Array | string>>): void {
  mkdirSync(join(models, name), { recursive: true });
  for (const [file, contents] of Object.entries(files)) writeFileSync(join(models, name, file), contents);
}

const tokenizer = (name: 'clip' | 'wordpiece') => JSON.stringify(readTextFixture(name).tokenizer);
const image = graphOf(imageParts({ output: 'image_embeds', size: 224 }));
const text = graphOf(textParts({ others: ['attention_mask'], output: 'text_embeds', length: 77 }));
const clip = { 'vision_model.onnx': image, 'text_model_int8.onnx': text, 'tokenizer.json': tokenizer('clip') };

describe('readTaskModel', () => {
  it('recognises the graphs of a folder by their inputs and outputs', async () => {
    folder('tiny', { ...clip, 'names.txt': 'cat\n\ndog\n', 'preprocessor_config.json': '{"do_resize":true}' });
    const at = join(models, 'tiny');
    const found = await readTaskModel('tiny', models);
    expect(found).toMatchObject({
      name: 'tiny',
      task: 'embed',
      family: 'clip',
      graphs: { image: join(at, 'vision_model.onnx'), text: join(at, 'text_model_int8.onnx') },
      tokenizer: join(at, 'tokenizer.json'),
      preprocessor: { do_resize: true },
      names: ['cat', 'dog'],
    });
    expect(await readTaskModel(at, '/nowhere')).toEqual(found);
  });

  it('is another model once any of its files changes', async () => {
    folder('changing', clip);
    const before = await readTaskModel('changing', models);
    folder('changing', { 'tokenizer.json': `${tokenizer('clip')}\n` });
    const after = await readTaskModel('changing', models);
    expect(after.sha256).not.toBe(before.sha256);
    expect(after.bytes).toBe(before.bytes + 1);
  });

  it('takes the family that the tokenizer fits, where the graphs fit several', async () => {
    folder('sentences', { ...clip, 'tokenizer.json': tokenizer('wordpiece') });
    expect(await readTaskModel('sentences', models)).toMatchObject({ family: 'sentence' });
  });

  it.each<[string, Record<string, Uint8Array | string>, string]>([
    ['has no tokenizer', { 'a.onnx': image, 'b.onnx': text }, 'lacks its tokenizer.json'],
    ['has a broken tokenizer', { ...clip, 'tokenizer.json': '{' }, 'tokenizer.json'],
    ['has no image part', { 'b.onnx': text, 'tokenizer.json': tokenizer('clip') }, 'lacks its image part'],
    [
      'has sides of different lengths',
      { ...clip, 'vision_model.onnx': graphOf(imageParts({ output: 'image_embeds', size: 224, dimension: 8 })) },
      'do not belong together: vectors of texts have 4 numbers, those of images 8',
    ],
    ['has no graph', { 'tokenizer.json': '{}' }, 'has no ONNX file'],
    ['has a preprocessor that is no object', { ...clip, 'preprocessor_config.json': '[]' }, 'is not a JSON object'],
    [
      'has the same part twice',
      { ...clip, 'vision_model_fp16.onnx': image },
      'vision_model_fp16.onnx is the image part',
    ],
  ])('refuses a folder that %s', async (name, files, message) => {
    folder(name, files);
    await expect(readTaskModel(name, models)).rejects.toThrow(message);
  });

  it('says what a detector of fixed classes is for', async () => {
    await expect(readTaskModel(embeddedModel().path, models)).rejects.toMatchObject({
      code: 'model_unsupported',
      hint: 'If it is a detector of fixed classes, choose it as the default model instead.',
    });
  });

  it('finds nothing where there is nothing', async () => {
    await expect(readTaskModel('missing', models)).rejects.toMatchObject({ code: 'model_not_found' });
  });
});
