import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { LookoutError } from '@lookout/protocol/core';
import type { ModelInfo } from '../model-info/model-info.js';
import { floatName, foldInput, imageInput, imageLayout } from '../onnx/fold-input.js';
import { freeSize } from '../onnx/free-size.js';
import { withoutUnused } from '../onnx/graph.js';
import { decodeModel, encodeModel, modelInputs, modelMetadata, modelOutputs } from '../onnx/model-file.js';
import { pickCells } from '../onnx/pick-cells.js';
import type { OnnxModel } from '../onnx/schema.js';
import { type Description, describeModel, likeliest } from '../reading/describe.js';
import { readSidecar, type Sidecar } from '../reading/sidecar.js';
import type { ModelTrial } from '../reading/trial-photos.js';
import { tryModel } from '../reading/try-model.js';
import { ensureFile, preparedPath } from './cache.js';
import { findCatalogueEntry } from './catalogue.js';
import { EMBEDDED_MODEL, embeddedModel, isEmbeddedName } from './embedded.js';
import { taskOfModel } from './read-task-model.js';
import { describeTaskGraph, TASK_WORDS } from './recognise-task-model.js';

export interface ResolveOptions {
  /** Folder for models and, under `cache`, for files made from them. */
  modelsDir: string;
  /** Runs models to see how to read their outputs. Absent: names and shapes alone decide. */
  trial?: ModelTrial;
}

/** A file that may be a detector. */
interface DetectorFile {
  name: string;
  path: string;
  model: OnnxModel;
  sidecar: Sidecar;
}

/** Coarsest stride of the formats whose input size can be freed. */
const STRIDE_PX = 32;

/** Columns of YOLOX's table that hold the objectness, an upper bound on the row's scores. */
const YOLOX_OBJECTNESS_COLUMNS = [4, 5] as const;

// Protocol buffers are limited to 2 GiB; a detector of that size is no use for live video anyway.
const MAX_MODEL_BYTES = 1024 ** 3;

/**
 * Finds a model and works out how to read it: the embedded one by name, one pulled from the catalogue or put into `modelsDir` by
 * name, or any ONNX file by its path. For models that take floats, a copy with the preparation in its graph is written to the cache,
 * once.
 * @throws LookoutError `model_not_found`, `model_invalid` (not ONNX, cut short), `model_unsupported` (not a detector, or of
 *   an unknown kind), `config_invalid` (its sidecar), `storage_failed`.
 */
export async function resolveModel(nameOrPath: string, { modelsDir, trial }: ResolveOptions): Promise<ModelInfo> {
  if (isEmbeddedName(nameOrPath)) return embeddedModel(nameOrPath);
  const { info, folded } = await understand(nameOrPath, modelsDir, trial);
  if (folded) await ensureFile(info.path, async () => encodeModel(folded));
  return info;
}

/**
 * What `resolveModel` would return for a model, without writing anything.
 * @throws LookoutError as `resolveModel`, except `storage_failed`; `UnknownShapesError` if only a trial run can tell.
 */
export async function inspectModel(
  nameOrPath: string,
  modelsDir: string,
  trial?: ModelTrial,
): Promise<Omit<ModelInfo, 'path'>> {
  const { path: _path, ...info } = isEmbeddedName(nameOrPath)
    ? embeddedModel(nameOrPath)
    : (await understand(nameOrPath, modelsDir, trial)).info;
  return info;
}

/** @returns `folded`: contents to write to the info's path, if the model does not run unchanged. */
async function understand(
  nameOrPath: string,
  modelsDir: string,
  trial?: ModelTrial,
): Promise<{ info: ModelInfo; folded?: OnnxModel }> {
  const path = await findFile(nameOrPath, modelsDir);
  const bytes = await readModelFile(path);
  const sidecar = await readSidecar(path);
  const model = decodeModel(bytes);
  refusePlugins(model);
  const name = basename(path).replace(/\.onnx$/i, '');
  const { info, image, preparation } = await readDetector({ name, path, model, sidecar }, trial);
  const licence = info.licence ?? findCatalogueEntry(name)?.licence;
  const described = { ...info, name, ...(licence ? { licence } : {}) };
  const takesOne = !(Number(imageLayout(image)?.count) > 1);
  const freed = takesOne && isWhole(described.input) && freeSize(model, image, described.format);
  if (!foldInput(model, (freed && imageInput(model)) || image, preparation)) {
    return { info: { ...described, path, preparation } };
  }
  // Other outputs are then neither computed nor copied.
  const { outputs, ...whole } = described;
  if (outputs) keepOutputs(model, outputs);
  const [table] = model.graph.output;
  if (described.format === 'yolox' && takesOne && table) {
    pickCells(model, { name: table.name, cellAxis: 1, scores: YOLOX_OBJECTNESS_COLUMNS });
  }
  const input: ModelInfo['input'] = freed ? { ...described.input, multiple: STRIDE_PX } : described.input;
  const folded = preparedPath(modelsDir, name, bytes, JSON.stringify([preparation, info.outputs]));
  return { info: { ...whole, input, path: folded, source: { path, preparation } }, folded: model };
}

/** @throws LookoutError `model_unsupported`, with the purpose of a model for another task */
async function readDetector(file: DetectorFile, trial: ModelTrial | undefined): Promise<Description> {
  try {
    return trial ? await tryModel(file, trial) : likeliest(describeModel(file.model, file.sidecar));
  } catch (error) {
    if (!(error instanceof LookoutError) || error.code !== 'model_unsupported') throw error;
    const { path, model } = file;
    const graph = { path, inputs: modelInputs(model), outputs: modelOutputs(model), metadata: modelMetadata(model) };
    const what = describeTaskGraph(graph);
    throw what === undefined ? error : notDetector(file.name, what);
  }
}

function notDetector(name: string, what: string): LookoutError {
  return new LookoutError('model_unsupported', `${name} is ${what}, not a detector of fixed classes`, {
    hint: 'Put all its files into the models folder to use it alongside a detector. Settings, Models shows it',
  });
}

/** @throws LookoutError with the purpose of a model of several files, or the reason why it is invalid */
async function refuseFolder(path: string, modelsDir: string): Promise<void> {
  if (resolve(path) === resolve(modelsDir)) return;
  const files = await readdir(path).catch(() => []);
  if (!files.some((file) => /\.onnx$/i.test(file))) return;
  throw notDetector(basename(path), TASK_WORDS[await taskOfModel(resolve(path), modelsDir)]);
}

/** Operations of TensorRT's plugins, found in exports with NMS for TensorRT: no other runtime has them. */
function refusePlugins({ graph }: OnnxModel): void {
  const plugin = graph.node.find(({ opType, domain }) => /^TRT|_TRT$/.test(opType) || domain === 'TRT');
  if (!plugin) return;
  throw new LookoutError(
    'model_unsupported',
    `The model contains ${plugin.opType}, an operation that only TensorRT has`,
    {
      hint: 'Export it for ONNX Runtime (YOLOv7: --end2end --max-wh 640; YOLO-NAS: engine ONNXRUNTIME), or without NMS; or run it on Triton, and connect to that with --kserve-url',
    },
  );
}

/** Half-float outputs may by then have been cast to floats under another name. */
function keepOutputs({ graph }: OnnxModel, names: readonly string[]): void {
  graph.output = names.flatMap((name) => graph.output.filter((one) => [name, floatName(name)].includes(one.name)));
  graph.node = withoutUnused(graph, graph.node);
}

/** Whether both sides are multiples of the stride, so that smaller rectangles of whole cells fit. */
function isWhole(input: ModelInfo['input']): boolean {
  return input.kind === 'fixed' && input.width % STRIDE_PX === 0 && input.height % STRIDE_PX === 0;
}

async function findFile(nameOrPath: string, modelsDir: string): Promise<string> {
  const isName = !/[/\\]|\.onnx$/i.test(nameOrPath) && !isAbsolute(nameOrPath);
  const candidates = isName
    ? [join(modelsDir, `${nameOrPath}.onnx`)]
    : [resolve(nameOrPath), join(modelsDir, nameOrPath)];
  for (const path of candidates) {
    const found = await stat(path).catch(() => undefined);
    if (found?.isFile()) return resolve(path);
  }
  for (const path of isName ? [join(modelsDir, nameOrPath)] : candidates) await refuseFolder(path, modelsDir);
  if (isName && findCatalogueEntry(nameOrPath)) {
    throw new LookoutError('model_not_found', `Model ${nameOrPath} is in the catalogue but not on this machine`, {
      hint: `Fetch it: lookout models pull ${nameOrPath}`,
    });
  }
  throw new LookoutError('model_not_found', `There is no model ${nameOrPath}`, {
    hint: `Give "${EMBEDDED_MODEL}", a name from the catalogue, or the path of an .onnx file`,
  });
}

async function readModelFile(path: string): Promise<Uint8Array> {
  const { size } = await stat(path);
  if (size > MAX_MODEL_BYTES) {
    throw new LookoutError('model_unsupported', `${path} has ${size} bytes, more than the limit of ${MAX_MODEL_BYTES}`);
  }
  try {
    return await readFile(path);
  } catch (cause) {
    throw new LookoutError('model_not_found', `Cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}
