import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { encodeModel } from '../onnx/model-file.js';
import { graphOf, imageParts, textParts } from '../testing/embedding-graphs.js';
import { tinyModel } from '../testing/tiny-model.js';
import { readTextFixture } from '../testing/tokenizers.js';
import { embeddedModel } from './embedded.js';
import { readTaskModel } from './read-task-model.js';
import { resolveModel } from './resolve.js';

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

  it('changes the checksum when any of its files changes', async () => {
    folder('changing', clip);
    const before = await readTaskModel('changing', models);
    folder('changing', { 'tokenizer.json': `${tokenizer('clip')}\n` });
    const after = await readTaskModel('changing', models);
    expect(after.sha256).not.toBe(before.sha256);
    expect(after.bytes).toBe(before.bytes + 1);
  });

  it('takes the family that fits the tokenizer, where several fit the graphs', async () => {
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
      'do not match: text vectors have 4 dimensions, image vectors 8',
    ],
    ['has no graph', { 'tokenizer.json': '{}' }, 'has no ONNX file'],
    ['has a preprocessor that is not an object', { ...clip, 'preprocessor_config.json': '[]' }, 'is not a JSON object'],
    [
      'has the same part twice',
      { ...clip, 'vision_model_fp16.onnx': image },
      'vision_model_fp16.onnx is the image part',
    ],
  ])('refuses a folder that %s', async (name, files, message) => {
    folder(name, files);
    await expect(readTaskModel(name, models)).rejects.toThrow(message);
  });

  it('names the number of classes of a detector', async () => {
    const outputs = { output0: { shape: [1, 6, 84], values: new Float32Array(6 * 84) } };
    writeFileSync(join(models, 'road.onnx'), encodeModel(tinyModel({ outputs })));
    await expect(readTaskModel('road', models)).rejects.toMatchObject({
      code: 'model_unsupported',
      message: expect.stringMatching(/^road is a detector of 2 classes, not a model for words or masks$/),
      hint: expect.stringMatching(/^Use it as the default model: --model road/),
    });
  });

  it('names the parts of a folder with mixed models', async () => {
    const mask = graphOf(imageParts({ output: 'image_embeds', size: 224 }));
    folder('mixed', {
      'a.onnx': mask,
      'b.onnx': readFileSync(embeddedModel().path),
      'tokenizer.json': tokenizer('clip'),
    });
    await expect(readTaskModel('mixed', models)).rejects.toThrow(
      /a\.onnx is the image part of a model that compares words and images \(clip\); b\.onnx is unknown/,
    );
  });

  it('is refused as a detector, with its purpose', async () => {
    folder('words', clip);
    const refusal = {
      code: 'model_unsupported',
      message: 'words is a model that compares words and images, not a detector of fixed classes',
    };
    await expect(resolveModel('words', { modelsDir: models })).rejects.toMatchObject(refusal);
    await expect(resolveModel(join(models, 'words'), { modelsDir: models })).rejects.toMatchObject(refusal);
    const part = join(models, 'words', 'text_model_int8.onnx');
    await expect(resolveModel(part, { modelsDir: models })).rejects.toThrow(
      'text_model_int8 is the text part of a model that compares words and images (clip)',
    );
  });

  it('refuses a name without files', async () => {
    await expect(readTaskModel('missing', models)).rejects.toMatchObject({ code: 'model_not_found' });
  });
});
