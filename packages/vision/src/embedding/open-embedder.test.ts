import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, afterEach, describe, expect, it } from 'vitest';
import type { RgbImage } from '../image/rgb-image.js';
import type { GraphRole, TaskModelInfo } from '../tasks/task-model.js';
import {
  type GraphParts,
  graphOf,
  imageParts,
  imageVector,
  scalarParts,
  type TextGraphOptions,
  textParts,
  textVector,
} from '../testing/embedding-graphs.js';
import { readTextFixture } from '../testing/tokenizers.js';
import type { Embedder } from './embedder.js';
import { openEmbedder } from './open-embedder.js';

const directory = mkdtempSync(join(tmpdir(), 'lookout-embedder-'));
const opened: Embedder[] = [];
afterEach(async () => {
  for (const embedder of opened.splice(0)) await embedder.close();
});
afterAll(() => rmSync(directory, { recursive: true }));

let models = 0;
interface Given {
  family: string;
  graphs: Partial<Record<GraphRole, GraphParts[]>>;
  tokenizer: object;
  preprocessor?: TaskModelInfo['preprocessor'];
}

/** Writes the files of a model. */
function model({ family, graphs, tokenizer, preprocessor }: Given): TaskModelInfo {
  const at = join(directory, `${models++}`);
  const paths = Object.entries(graphs).map(([role, parts]) => {
    writeFileSync(`${at}-${role}.onnx`, graphOf(...parts));
    return [role, `${at}-${role}.onnx`];
  });
  writeFileSync(`${at}.json`, JSON.stringify(tokenizer));
  return {
    name: 'given',
    task: 'embed',
    family,
    graphs: Object.fromEntries(paths),
    tokenizer: `${at}.json`,
    ...(preprocessor && { preprocessor }),
    sha256: '',
    bytes: 0,
  };
}

async function open(given: Given): Promise<Embedder> {
  const embedder = await openEmbedder(model(given), {});
  opened.push(embedder);
  return embedder;
}

/** Uniform, with another colour in the middle. */
function image(width: number, height: number, colour: number[], middle = colour): RgbImage {
  const rgb = new Uint8Array(width * height * 3);
  for (let i = 0; i < width * height; i++) {
    const x = i % width;
    rgb.set(x * 3 >= width && x * 3 < width * 2 ? middle : colour, i * 3);
  }
  return { width, height, rgb };
}

function unit(vector: number[]): number[] {
  const length = Math.hypot(...vector);
  return vector.map((value) => value / length);
}

function expectSame(actual: Float32Array, expected: number[], digits = 4): void {
  expect(actual).toHaveLength(expected.length);
  for (const [i, value] of expected.entries()) expect(actual[i]).toBeCloseTo(value, digits);
}

const clip = readTextFixture('clip').tokenizer;
const gemma = readTextFixture('gemma').tokenizer;
const wordpiece = { ...readTextFixture('wordpiece').tokenizer, padding: null, truncation: null };
/** CLIP's ids of a, red and car. */
const [A, RED, CAR] = [320, 736, 1615];
const [START, END] = [49406, 49407];
const padded = (ids: number[], length: number, pad: number) => [...ids, ...new Array(length - ids.length).fill(pad)];

const clipText = (options: Partial<TextGraphOptions> = {}) =>
  textParts({ others: ['attention_mask'], output: 'text_embeds', length: 77, ...options });
const clipImage = (size: number | string = 224, dimension = 4) =>
  imageParts({ output: 'image_embeds', size, dimension });
const CLIP: Given = { family: 'clip', graphs: { text: [clipText()], image: [clipImage()] }, tokenizer: clip };

describe('CLIP', () => {
  it('pads to 77 tokens with the end token', async () => {
    const embedder = await open(CLIP);
    const [vector, empty] = await embedder.embedTexts(['a red car', '']);
    expectSame(vector!, unit(textVector(padded([START, A, RED, CAR, END], 77, END))));
    expectSame(empty!, unit(textVector(padded([START, END], 77, END))));
    expect(embedder).toMatchObject({ dimension: 4, logit: { scale: 100, bias: 0 } });
  });

  it('keeps the end of a text that is too long', async () => {
    const [vector] = await (await open(CLIP)).embedTexts(['red '.repeat(2500)]);
    expectSame(vector!, unit(textVector([START, ...new Array(75).fill(RED), END])));
  });

  it.each<[string, Partial<TextGraphOptions>]>([
    ['without a mask', { others: [] }],
    ['of any length', { length: 77, count: 'texts' }],
    ['that takes two texts at once', { count: 2 }],
    ['that takes int32', { type: 'int32' }],
  ])('takes a graph %s', async (_, options) => {
    const graphs = { text: [clipText(options)], image: [clipImage()] };
    const [vector] = await (await open({ ...CLIP, graphs })).embedTexts(['a red car']);
    expectSame(vector!, unit(textVector(padded([START, A, RED, CAR, END], 77, END))));
  });

  it('pads with the id that the tokenizer gives', async () => {
    const embedder = await open({ ...CLIP, tokenizer: { ...clip, padding: { pad_id: 0 } } });
    const [vector] = await embedder.embedTexts(['red']);
    expectSame(vector!, unit(textVector(padded([START, RED, END], 77, 0))));
  });

  it('crops the centre and normalises it with mean and standard deviation', async () => {
    const embedder = await open(CLIP);
    const [vector] = await embedder.embedImages([image(300, 100, [255, 0, 0], [0, 255, 0])]);
    const means = [-0.48145466 / 0.26862954, (1 - 0.4578275) / 0.26130258, -0.40821073 / 0.27577711];
    // Bicubic scaling bleeds over the edges of the middle.
    expect(dot(vector!, unit(imageVector(means)))).toBeGreaterThan(0.999);
  });

  it.each([
    ['any number', 'batch'],
    ['one', 1],
    ['three', 3],
  ])('takes %s of images at once', async (_, count) => {
    const graphs = { text: [clipText()], image: [imageParts({ output: 'image_embeds', size: 224, count })] };
    const embedder = await open({ ...CLIP, graphs });
    const colours = [10, 60, 110, 160, 210].map((level) => image(30, 30, [level, 255 - level, 7]));
    const together = await embedder.embedImages(colours);
    expect(together).toHaveLength(5);
    const [last] = await embedder.embedImages(colours.slice(4));
    expectSame(together[4]!, [...last!]);
    expect(await embedder.embedImages([])).toEqual([]);
  });

  it('prepares images at the size of the graph', async () => {
    const embedder = await open({ ...CLIP, graphs: { text: [clipText()], image: [clipImage(336)] } });
    expect(await embedder.embedImages([image(20, 30, [1, 2, 3])])).toHaveLength(1);
  });

  it('prepares images as preprocessor_config.json says', async () => {
    const preprocessor = {
      do_center_crop: false,
      size: { height: 32, width: 32 },
      image_mean: [0, 0, 0],
      image_std: [1, 1, 1],
      rescale_factor: 1 / 255,
    };
    const embedder = await open({ ...CLIP, graphs: { text: [clipText()], image: [clipImage('side')] }, preprocessor });
    const [vector] = await embedder.embedImages([image(300, 100, [51, 102, 153])]);
    expectSame(vector!, unit(imageVector([0.2, 0.4, 0.6])));
  });
});

describe('a graph with both sides', () => {
  it('gives the same as two graphs', async () => {
    const together = await open({ ...CLIP, graphs: { model: [clipText(), clipImage()] } });
    const apart = await open(CLIP);
    const picture = image(50, 40, [200, 30, 90]);
    for (const embedder of [together, apart]) {
      const [text] = await embedder.embedTexts(['a red car']);
      expectSame(text!, unit(textVector(padded([START, A, RED, CAR, END], 77, END))));
      await embedder.closeText();
    }
    expect(await together.embedImages([picture])).toEqual(await apart.embedImages([picture]));
  });
});

describe('SigLIP 2', () => {
  const siglip: Given = {
    family: 'siglip',
    graphs: {
      text: [textParts({ output: 'pooler_output', count: 1, length: 64 })],
      image: [imageParts({ output: 'pooler_output', size: 224 })],
    },
    tokenizer: gemma,
  };
  /** Ids of "a red car" from its own library, including the end token. */
  const ids = readTextFixture('gemma').ids[0]!;

  it('lowercases and pads to 64 tokens: the end token, then zeros', async () => {
    const embedder = await open(siglip);
    const [vector] = await embedder.embedTexts(['A Red CAR']);
    expectSame(vector!, unit(textVector(padded(ids, 64, 0))));
    expect(embedder.logit.scale).toBeCloseTo(112.669, 2);
    expect(embedder.logit.bias).toBe(-16.7717);
  });

  it('keeps the end of a text that is too long', async () => {
    const [vector] = await (await open(siglip)).embedTexts(['a red car '.repeat(1000)]);
    const [whole] = await (await open(siglip)).embedTexts(['a red car '.repeat(30)]);
    expect(vector).toEqual(whole);
  });

  it('scales the whole image, whatever its shape, with levels from −1 to 1', async () => {
    const embedder = await open(siglip);
    const [vector] = await embedder.embedImages([image(300, 100, [255, 0, 0], [0, 0, 255])]);
    // Scaled levels are rounded to bytes.
    expectSame(vector!, unit(imageVector([1 / 3, -1, -1 / 3])), 3);
  });

  it('pads the first SigLIP with its end token', async () => {
    const embedder = await open({ ...siglip, tokenizer: readTextFixture('unigram').tokenizer });
    const [vector] = await embedder.embedTexts(['a red car']);
    expectSame(vector!, unit(textVector(padded(readTextFixture('unigram').ids[0]!, 64, 1))));
  });
});

describe('MobileCLIP', () => {
  const text = textParts({ ids: 'text', output: 'text_features', length: 77 });
  const picture = imageParts({ input: 'image', output: 'image_features', size: 256 });

  it.each<[string, Given['graphs']]>([
    ['two graphs', { text: [text], image: [picture] }],
    ['one graph', { model: [text, picture] }],
  ])('pads tokens with zeros and scales levels to 0..1: %s', async (_, graphs) => {
    const embedder = await open({ family: 'mobileclip', graphs, tokenizer: clip });
    const [vector] = await embedder.embedTexts(['a red car']);
    expectSame(vector!, unit(textVector(padded([START, A, RED, CAR, END], 77, 0))));
    const [seen] = await embedder.embedImages([image(40, 80, [51, 102, 153])]);
    expectSame(seen!, unit(imageVector([0.2, 0.4, 0.6])));
  });
});

describe('the logit of a model', () => {
  const text = textParts({ ids: 'text', output: 'text_features', length: 77 });
  const picture = imageParts({ input: 'image', output: 'image_features', size: 256 });

  it.each([
    ['its scale', { logit_scale: 80 }, { scale: 80, bias: 0 }],
    ['the logarithm of its scale', { logit_scale: Math.log(100) }, { scale: 100, bias: 0 }],
    ['its scale and bias', { logit_scale: 117, logit_bias: -12.5 }, { scale: 117, bias: -12.5 }],
    ['nothing', {}, { scale: 100, bias: 0 }],
  ])('comes from the graph: %s', async (_, scalars, expected) => {
    const graphs = { model: [text, picture, scalarParts(scalars)] };
    const { logit } = await open({ family: 'mobileclip', graphs, tokenizer: clip });
    expect(logit.scale).toBeCloseTo(expected.scale, 3);
    expect(logit.bias).toBe(expected.bias);
  });
});

describe('a sentence encoder with an image encoder', () => {
  const others = ['attention_mask', 'token_type_ids'];
  const ids = readTextFixture('wordpiece').ids[0]!;

  it('does not pad, and averages the hidden states', async () => {
    const text = textParts({ others, output: 'last_hidden_state', length: 'tokens' });
    const embedder = await open({
      family: 'sentence',
      graphs: { text: [text], image: [clipImage()] },
      tokenizer: wordpiece,
    });
    const [vector] = await embedder.embedTexts(['a red car']);
    expectSame(vector!, unit(textVector(ids, ids.length)));
  });

  it('leaves padding out of the average', async () => {
    const text = textParts({ others, output: 'last_hidden_state', length: 16 });
    const embedder = await open({
      family: 'sentence',
      graphs: { text: [text], image: [clipImage()] },
      tokenizer: wordpiece,
    });
    const [vector] = await embedder.embedTexts(['a red car']);
    expectSame(vector!, unit(textVector(padded(ids, 16, 0), ids.length)));
  });

  it('truncates texts at the maximum length of its tokenizer', async () => {
    const text = textParts({ others, output: 'last_hidden_state', length: 'tokens' });
    const tokenizer = { ...wordpiece, truncation: { max_length: 4 } };
    const embedder = await open({ family: 'sentence', graphs: { text: [text], image: [clipImage()] }, tokenizer });
    const [vector] = await embedder.embedTexts(['a red car']);
    expectSame(vector!, unit(textVector([ids[0]!, ids[1]!, ids[2]!, ids.at(-1)!], 4)));
  });
});

describe('the text side', () => {
  it('is opened again after being closed', async () => {
    const embedder = await open(CLIP);
    const [first] = await embedder.embedTexts(['a red car']);
    await embedder.closeText();
    await embedder.closeText();
    expect(await embedder.embedTexts([])).toEqual([]);
    const [again] = await embedder.embedTexts(['a red car']);
    expect(again).toEqual(first);
  });

  it('takes any text', async () => {
    const embedder = await open(CLIP);
    const texts = ['', '🚗👩🏽‍🚒', '赤い車', 'سيارة', '\ud83d', 'x'.repeat(10_000), '<|endoftext|>', '\u0000'];
    for (const vector of await embedder.embedTexts(texts)) expect(Math.hypot(...vector)).toBeCloseTo(1, 5);
  });
});

describe('files that do not match', () => {
  const refused = async (given: Partial<Given>) => {
    const embedder = await open({ ...CLIP, ...given });
    return embedder.embedTexts(['red']);
  };

  it('are refused when the sides differ in length', async () => {
    const given = { graphs: { text: [clipText()], image: [clipImage(224, 6)] } };
    await expect(refused(given)).rejects.toThrow('text vectors have 4 dimensions, image vectors 6');
    await expect(refused(given)).rejects.toMatchObject({ code: 'model_invalid' });
  });

  it.each<[string, Partial<Given>]>([
    ['CLIP with BERT WordPiece', { tokenizer: wordpiece }],
    ['CLIP with SentencePiece', { tokenizer: gemma }],
    ['MobileCLIP with BERT WordPiece', { family: 'mobileclip', tokenizer: wordpiece }],
    ['SigLIP with CLIP byte pairs', { family: 'siglip', tokenizer: clip }],
    ['SigLIP with BERT WordPiece', { family: 'siglip', tokenizer: wordpiece }],
  ])('are refused when the tokenizer is of another kind: %s', async (_, given) => {
    await expect(refused(given)).rejects.toMatchObject({ code: 'model_unsupported' });
    await expect(refused(given)).rejects.toThrow(/tokenizer.json does not fit a \w+ model/);
  });

  it('are refused when the model has fewer tokens than the tokenizer', async () => {
    const given = { graphs: { text: [clipText({ vocabulary: 30_000 })], image: [clipImage()] } };
    await expect(refused(given)).rejects.toMatchObject({ code: 'model_invalid' });
    await expect(refused(given)).rejects.toThrow('it has 49408 tokens, and the model fails on the last');
  });

  it('are refused when images are prepared for another size', async () => {
    const preprocessor = { size: { shortest_edge: 256 }, crop_size: { height: 256, width: 256 } };
    await expect(refused({ preprocessor })).rejects.toThrow(
      'prepares images at 256×256 pixels, but the model takes 224×224',
    );
    const anySize = { do_resize: false, do_center_crop: false };
    await expect(refused({ preprocessor: anySize })).rejects.toMatchObject({ code: 'model_unsupported' });
  });

  it('are refused when one is missing or of an unknown family', async () => {
    await expect(refused({ graphs: { image: [clipImage()] } })).rejects.toThrow('lacks its text side');
    await expect(refused({ graphs: { text: [clipText()] } })).rejects.toThrow('lacks its image side');
    await expect(refused({ family: 'toString' })).rejects.toMatchObject({ code: 'model_unsupported' });
    const { tokenizer: _, ...info } = model(CLIP);
    await expect(openEmbedder(info, {})).rejects.toThrow('lacks its tokenizer.json');
  });

  it('are refused when the graphs are not of the given family', async () => {
    await expect(
      refused({ family: 'clip', graphs: { text: [clipText()], image: [imageParts({ output: 'other', size: 224 })] } }),
    ).rejects.toMatchObject({ code: 'model_invalid' });
  });
});

function dot(a: Float32Array, b: number[]): number {
  return a.reduce((sum, value, i) => sum + value * b[i]!, 0);
}
