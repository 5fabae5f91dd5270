import { createHash } from 'node:crypto';
import { copyFileSync, mkdirSync, readFileSync, statSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { EMBED_FAMILIES } from '../embedding/families.js';
import { TextSide } from '../embedding/text-side.js';
import { floatTensor, int64Tensor, onnxNode, valueInfo } from '../onnx/graph.js';
import { decodeModel, encodeModel } from '../onnx/model-file.js';
import { ELEMENT_TYPE, type OnnxModel } from '../onnx/schema.js';
import { openRunner } from '../runtime/onnx-runner.js';
import type { TaskModelInfo } from '../tasks/task-model.js';
import { readTokenizer } from '../text/tokenizer.js';

/** Two real models, trained independently. */
const SOURCES = {
  /** A sentence encoder: `input_ids`, `attention_mask`, `token_type_ids` → `last_hidden_state`. */
  text: 'all-minilm-l6-v2-q.onnx',
  tokenizer: 'all-minilm-l6-v2-q-tokenizer.json',
  /** A classifier: `input` [b,3,224,224] → `output`, logits of the 1000 classes of ImageNet. */
  image: 'mobilenetv2-12-int8.onnx',
};

/** Number of classes, of the 1000, that name an image. */
const NAMES_PER_IMAGE = 10;
/** Names are embedded as captions, like prompts: bare names are close to each other, whatever they mean. */
const CAPTION = 'a photo of a';
const CLASSES = 1000;
const DIMENSION = 384;

const IMAGENET_PREPARATION = {
  do_resize: true,
  size: { height: 224, width: 224 },
  resample: 2,
  do_center_crop: false,
  do_rescale: true,
  rescale_factor: 1 / 255,
  do_normalize: true,
  image_mean: [0.485, 0.456, 0.406],
  image_std: [0.229, 0.224, 0.225],
};

/**
 * Writes a model folder (`text.onnx`, `image.onnx`, `tokenizer.json`, `preprocessor_config.json`, `names.txt`) that embeds texts and images
 * with real, if weak, weights, so that everything built on embeddings can be tested end to end. The two models are joined by ConSE
 * (Norouzi et al. 2014, arXiv:1312.5650): an image is the mean of its best classes' names, weighted by their probabilities.
 * @param directory created if missing
 * @param sources folder with the files of the two models
 */
export async function writeConseModel(directory: string, sources: string): Promise<TaskModelInfo> {
  mkdirSync(directory, { recursive: true });
  const at = (name: string) => join(directory, name);
  copyFileSync(join(sources, SOURCES.tokenizer), at('tokenizer.json'));
  writeFileSync(at('preprocessor_config.json'), JSON.stringify(IMAGENET_PREPARATION));
  const names = readFileSync(new URL('../../fixtures/imagenet-names.txt', import.meta.url), 'utf8')
    .trim()
    .split('\n');
  writeFileSync(at('names.txt'), `${names.join('\n')}\n`);
  writeFileSync(at('text.onnx'), textGraph(readFileSync(join(sources, SOURCES.text))));
  const vectors = await embedNames(names, at('text.onnx'), at('tokenizer.json'));
  writeFileSync(at('image.onnx'), imageGraph(readFileSync(join(sources, SOURCES.image)), vectors));
  const files = ['image.onnx', 'names.txt', 'preprocessor_config.json', 'text.onnx', 'tokenizer.json'].map(at);
  const sum = createHash('sha256');
  for (const file of files) sum.update(readFileSync(file));
  return {
    name: 'conse',
    task: 'embed',
    family: 'sentence',
    graphs: { image: at('image.onnx'), text: at('text.onnx') },
    tokenizer: at('tokenizer.json'),
    preprocessor: IMAGENET_PREPARATION,
    names,
    sha256: sum.digest('hex'),
    bytes: files.reduce((total, file) => total + statSync(file).size, 0),
  };
}

/** Adds `text_embeds`: the mean of the hidden states of all tokens but padding, scaled to length 1. */
function textGraph(bytes: Uint8Array): Uint8Array {
  const model = decodeModel(bytes);
  model.graph.node.push(
    onnxNode('Cast', ['attention_mask'], ['conse_mask'], { to: ELEMENT_TYPE.float32 }),
    onnxNode('Unsqueeze', ['conse_mask'], ['conse_weights'], { axes: [2] }),
    onnxNode('Mul', ['last_hidden_state', 'conse_weights'], ['conse_used']),
    onnxNode('ReduceSum', ['conse_used'], ['conse_sum'], { axes: [1], keepdims: 0 }),
    onnxNode('ReduceSum', ['conse_mask'], ['conse_count'], { axes: [1], keepdims: 1 }),
    onnxNode('Div', ['conse_sum', 'conse_count'], ['conse_mean']),
    onnxNode('LpNormalization', ['conse_mean'], ['text_embeds'], { axis: 1, p: 2 }),
  );
  return withOutput(model, 'text_embeds');
}

async function embedNames(names: readonly string[], path: string, tokenizer: string): Promise<Float32Array> {
  const runner = await openRunner({ name: 'conse', path });
  const side = new TextSide(runner, EMBED_FAMILIES.sentence, readTokenizer(tokenizer));
  const vectors = new Float32Array(CLASSES * DIMENSION);
  for (const [i, name] of names.entries()) vectors.set(await side.embed(`${CAPTION} ${name}`), i * DIMENSION);
  await runner.close();
  return vectors;
}

function imageGraph(bytes: Uint8Array, nameVectors: Float32Array): Uint8Array {
  const model = decodeModel(bytes);
  const { graph } = model;
  for (const node of graph.node) node.input = node.input.map((name) => (name === 'input' ? 'pixel_values' : name));
  graph.input = [valueInfo('pixel_values', 'float32', ['batch', 3, 224, 224])];
  graph.initializer.push(
    floatTensor('conse_names', [CLASSES, DIMENSION], nameVectors),
    int64Tensor('conse_k', [NAMES_PER_IMAGE]),
  );
  graph.node.push(
    onnxNode('Softmax', ['output'], ['conse_probabilities'], { axis: 1 }),
    onnxNode('TopK', ['conse_probabilities', 'conse_k'], ['conse_best', 'conse_classes'], { axis: 1 }),
    onnxNode('Gather', ['conse_names', 'conse_classes'], ['conse_vectors'], { axis: 0 }),
    onnxNode('Unsqueeze', ['conse_best'], ['conse_weights'], { axes: [2] }),
    onnxNode('Mul', ['conse_vectors', 'conse_weights'], ['conse_weighted']),
    onnxNode('ReduceSum', ['conse_weighted'], ['conse_sum'], { axes: [1], keepdims: 0 }),
    onnxNode('LpNormalization', ['conse_sum'], ['image_embeds'], { axis: 1, p: 2 }),
  );
  return withOutput(model, 'image_embeds');
}

function withOutput(model: OnnxModel, name: string): Uint8Array {
  model.graph.output = [valueInfo(name, 'float32', ['batch', DIMENSION])];
  return encodeModel(model);
}
