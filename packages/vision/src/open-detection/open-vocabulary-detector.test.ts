import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, it } from 'vitest';
import type { RgbImage } from '../image/rgb-image.js';
import type { GraphRole, TaskModelInfo } from '../tasks/task-model.js';
import { type ColourYoloOptions, colourOwl, colourYolo } from '../testing/colour-detectors.js';
import { graphOf, textParts } from '../testing/embedding-graphs.js';
import type { OpenDetection, OpenDetectOptions, OpenDetector, TextQueries } from './open-detector.js';
import { openVocabularyDetector } from './open-vocabulary-detector.js';

const directory = mkdtempSync(join(tmpdir(), 'lookout-open-detector-'));
afterAll(() => rmSync(directory, { recursive: true }));

/** From the model in fixtures/embedding, which has a small vocabulary. */
const TOKENIZER = fileURLToPath(new URL('../../fixtures/embedding/clip/tokenizer.json', import.meta.url));
const vocabulary: Record<string, number> = JSON.parse(readFileSync(TOKENIZER, 'utf8')).model.vocab;

const ALL: OpenDetectOptions = { confidence: 0.5, iou: 0.5, maxDetections: 300 };
/** Query vectors: weights of red, green and blue, negative for unwanted colours. */
const RED = [1, -1, -1];
const BLUE = [-1, -1, 1];
const OTHER = [-1, 1, -1];

let models = 0;
function info(family: string, graphs: Partial<Record<GraphRole, Uint8Array>>, more: Partial<TaskModelInfo> = {}) {
  const at = join(directory, `${models++}`);
  const paths = Object.entries(graphs).map(([role, bytes]) => {
    writeFileSync(`${at}-${role}.onnx`, bytes);
    return [role, `${at}-${role}.onnx`];
  });
  const model: TaskModelInfo = {
    name: 'colours',
    task: 'open-detect',
    family,
    graphs: Object.fromEntries(paths),
    sha256: '',
    bytes: 0,
    ...more,
  };
  return model;
}

async function using<T>(model: TaskModelInfo, work: (detector: OpenDetector) => Promise<T>): Promise<T> {
  const detector = await openVocabularyDetector(model, {});
  try {
    return await work(detector);
  } finally {
    await detector.close();
  }
}

interface Square {
  box: [x1: number, y1: number, x2: number, y2: number];
  rgb: number[];
}

/** Black with coloured rectangles. */
function image(width: number, height: number, squares: readonly Square[]): RgbImage {
  const rgb = new Uint8Array(width * height * 3);
  for (const { box, rgb: colour } of squares) {
    for (let y = box[1]; y < box[3]; y++) for (let x = box[0]; x < box[2]; x++) rgb.set(colour, (y * width + x) * 3);
  }
  return { width, height, rgb };
}

/** Bounding box of all detections of a query. */
function around(found: readonly OpenDetection[], query: number): number[] {
  const boxes = found.filter((one) => one.query === query).map(({ bbox }) => bbox);
  const of = (corner: number, pick: (...values: number[]) => number) => pick(...boxes.map((box) => box[corner]!));
  return [of(0, Math.min), of(1, Math.min), of(2, Math.max), of(3, Math.max)];
}

function queries(colours: readonly number[][], dimension = 512): TextQueries {
  const vectors = colours.map((colour) => Float32Array.from({ length: dimension }, (_, i) => colour[i] ?? 0));
  return { texts: colours.map(String), vectors };
}

/** 1:1 in the input of 160×160, with 30 pixels of padding on the left and right. */
const PORTRAIT = image(100, 160, [
  { box: [2, 32, 66, 96], rgb: [255, 0, 0] },
  { box: [66, 128, 98, 160], rgb: [0, 0, 255] },
]);
/** Scaled by half in the input of 160×160, with 30 pixels of padding above and below. */
const LANDSCAPE = image(320, 200, [
  { box: [64, 4, 192, 132], rgb: [255, 0, 0] },
  { box: [256, 132, 320, 196], rgb: [0, 0, 255] },
]);
const SQUARE = { width: 160, height: 160 };

describe.each<[string, string, Omit<ColourYoloOptions, 'width' | 'height'>]>([
  ['YOLO-World', 'yolo-world', {}],
  ['YOLO-World with the sigmoid in the graph', 'yolo-world', { sigmoid: true }],
  ['YOLO-World for two texts at once', 'yolo-world', { count: 2 }],
  ['YOLO-World of mmyolo', 'yolo-world-mm', { vectors: 'text_features', head: 'lists', sigmoid: true }],
  ['YOLO-World of mmyolo for three texts', 'yolo-world-mm', { vectors: 'text_features', head: 'lists', count: 3 }],
  ['YOLOE', 'yoloe', { vectors: 'prompt_embeddings', masks: 32, sigmoid: true }],
])('%s', (_, family, options) => {
  const model = info(family, { model: colourYolo({ ...SQUARE, ...options }) });

  it.each([
    ['upright', PORTRAIT, [2, 32, 66, 96], [66, 128, 98, 160]],
    ['wide', LANDSCAPE, [64, 4, 192, 132], [256, 132, 320, 196]],
  ])('finds each colour where it is in an image that is %s', async (_, picture, red, blue) => {
    const found = await using(model, (detector) => detector.detect(picture, queries([BLUE, OTHER, RED]), ALL));
    expect(around(found, 2)).toEqual(red);
    expect(around(found, 0)).toEqual(blue);
    expect(found.filter(({ query }) => query === 1)).toEqual([]);
    for (const { score } of found) expect(score).toBeCloseTo(1 / (1 + Math.exp(-4)), 4);
  });

  it.each([1, 20])('takes %i texts', async (count) => {
    const colours = Array.from({ length: count }, (_, i) => (i === count - 1 ? RED : OTHER));
    const found = await using(model, (detector) => detector.detect(PORTRAIT, queries(colours), ALL));
    expect(around(found, count - 1)).toEqual([2, 32, 66, 96]);
    expect(new Set(found.map(({ query }) => query))).toEqual(new Set([count - 1]));
  });

  it('finds nothing without texts', async () => {
    expect(await using(model, (detector) => detector.detect(PORTRAIT, queries([]), ALL))).toEqual([]);
  });
});

describe('YOLO-World', () => {
  const graph = colourYolo({ ...SQUARE, dimension: 4 });
  const text = graphOf(textParts({ others: ['attention_mask'], output: 'text_embeds', length: 77 }));

  it('gets vectors from the text tower in its folder', async () => {
    const model = info('yolo-world', { model: graph, text }, { tokenizer: TOKENIZER });
    const { vectors } = await using(model, async (detector) => {
      const encoded = await detector.encodeTexts(['a red car', 'a car']);
      await detector.closeText();
      expect(await detector.encodeTexts(['a red car'])).toEqual({
        texts: ['a red car'],
        vectors: [encoded.vectors[0]],
      });
      return encoded;
    });
    for (const vector of vectors) expect(Math.hypot(...vector)).toBeCloseTo(1);
    expect(vectors[0]).not.toEqual(vectors[1]);
  });

  it.each([
    ['text graph', info('yolo-world', { model: graph }, { tokenizer: TOKENIZER })],
    ['tokenizer.json', info('yolo-world', { model: graph, text })],
  ])('says that its %s is missing', async (file, model) => {
    await using(model, async (detector) => {
      await expect(detector.encodeTexts(['a red car'])).rejects.toMatchObject({
        code: 'model_unsupported',
        message: expect.stringContaining(`its folder has no ${file}`),
        hint: 'Put text.onnx and tokenizer.json of CLIP ViT-B/32 into models/colours, beside the detector',
      });
    });
  });

  it('refuses a text tower of another model', async () => {
    const model = info('yolo-world', { model: colourYolo(SQUARE), text }, { tokenizer: TOKENIZER });
    await using(model, async (detector) => {
      await expect(detector.encodeTexts(['a red car'])).rejects.toThrow(
        'text vectors have 4 dimensions, but the detector takes 512',
      );
    });
  });

  it('keeps at most the requested number of boxes, best first', async () => {
    const model = info('yolo-world', { model: colourYolo(SQUARE) });
    const options = { ...ALL, confidence: 0.01, maxDetections: 3 };
    const found = await using(model, (detector) => detector.detect(PORTRAIT, queries([RED, BLUE]), options));
    expect(found).toHaveLength(3);
    expect(found.map(({ score }) => score)).toEqual(found.map(({ score }) => score).toSorted((a, b) => b - a));
  });
});

describe('OWL', () => {
  // For normalised colours: 0 and 255 of red become -1.79 and 1.93.
  const weights = (colour: number[]) => colour.map((value) => value * 0.3);
  // Words of that small vocabulary, each standing for a colour.
  const words = { red: RED, car: BLUE, person: OTHER };
  const colours = new Map(
    Object.entries(words).map(([word, colour]) => [vocabulary[`${word}</w>`]!, weights(colour)] as const),
  );
  const size = Object.keys(vocabulary).length;
  const graph = (count?: number) =>
    colourOwl({ size: 96, colours, vocabulary: size, ...(count !== undefined && { count }) });
  const type = (image_processor_type: string) => ({
    preprocessor: { image_processor_type, size: { height: 96, width: 96 } },
  });
  const v2 = type('Owlv2ImageProcessor');
  const v1 = type('OwlViTFeatureExtractor');

  it.each([
    [
      'OWLv2 pads an upright image on the right',
      v2,
      image(48, 96, [{ box: [16, 32, 32, 64], rgb: [255, 0, 0] }]),
      [16, 32, 32, 64],
    ],
    [
      'OWLv2 pads a wide image at the bottom',
      v2,
      image(192, 96, [{ box: [64, 32, 128, 64], rgb: [255, 0, 0] }]),
      [64, 32, 128, 64],
    ],
    [
      'OWL-ViT stretches an upright image',
      v1,
      image(96, 192, [{ box: [32, 64, 64, 128], rgb: [255, 0, 0] }]),
      [32, 64, 64, 128],
    ],
    [
      'OWL-ViT stretches a wide image',
      v1,
      image(192, 96, [{ box: [64, 32, 128, 64], rgb: [255, 0, 0] }]),
      [64, 32, 128, 64],
    ],
  ])('%s', async (_, preparation, picture, expected) => {
    const model = info('owl', { model: graph() }, { tokenizer: TOKENIZER, ...preparation });
    const found = await using(model, async (detector) => {
      return detector.detect(picture, await detector.encodeTexts(['car', 'red']), ALL);
    });
    expect(around(found, 1).map((value) => Math.round(value * 1e3) / 1e3)).toEqual(expected);
    expect(found.filter(({ query }) => query === 0)).toEqual([]);
  });

  it.each([
    ['any number of texts', undefined],
    ['four texts at once', 4],
  ])('takes 1 to 20 texts with a graph for %s', async (_, count) => {
    const model = info('owl', { model: graph(count) }, { tokenizer: TOKENIZER, ...v2 });
    const picture = image(96, 96, [{ box: [32, 32, 64, 64], rgb: [0, 0, 255] }]);
    for (const texts of [['car'], [...new Array(19).fill('person'), 'car person']]) {
      const found = await using(model, async (detector) => {
        return detector.detect(picture, await detector.encodeTexts(texts), ALL);
      });
      expect(new Set(found.map(({ query }) => query))).toEqual(new Set([texts.length - 1]));
    }
  });

  it('says what is missing', async () => {
    await using(info('owl', { model: graph() }, v2), async (detector) => {
      await expect(detector.encodeTexts(['red'])).rejects.toThrow('its folder has no tokenizer.json');
    });
    const image = info('owl', { image: graph() }, v2);
    await expect(openVocabularyDetector(image, {})).rejects.toThrow('lacks its decoder');
    const other = info('owl', { model: graph() }, { preprocessor: { do_pad: true, size: { height: 64, width: 64 } } });
    await expect(openVocabularyDetector(other, {})).rejects.toThrow('gives images a size that the model does not take');
  });
});
