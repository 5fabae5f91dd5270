import { readFile, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import type { ModelInfo } from '../model-info/model-info.js';
import { floatName, foldInput, imageInput, imageLayout } from '../onnx/fold-input.js';
import { freeSize } from '../onnx/free-size.js';
import { withoutUnused } from '../onnx/graph.js';
import { decodeModel, encodeModel } from '../onnx/model-file.js';
import { pickCells } from '../onnx/pick-cells.js';
import type { OnnxModel } from '../onnx/schema.js';
import { describeModel, likeliest } from '../reading/describe.js';
import { readSidecar } from '../reading/sidecar.js';
import type { ModelTrial } from '../reading/trial-photos.js';
import { tryModel } from '../reading/try-model.js';
import { ensureFile, preparedPath } from './cache.js';
import { findCatalogueEntry } from './catalogue.js';
import { EMBEDDED_MODEL, embeddedModel, isEmbeddedName } from './embedded.js';

export interface ResolveOptions {
  /** Where models are kept, and, under `cache`, what is made of them. */
  modelsDir: string;
  /** Run models to see how their outputs are to be read. Absent: that is told by names and shapes alone. */
  trial?: ModelTrial;
}

/** The coarsest cell of the formats whose size can be freed. */
const STRIDE_PX = 32;

/** Columns of YOLOX's table that hold the objectness, which no class score of the row can raise. */
const YOLOX_OBJECTNESS_COLUMNS = [4, 5] as const;

// Protocol buffers end at 2 GiB; a detector of that size is none for live video.
const MAX_MODEL_BYTES = 1024 ** 3;

/**
 * Finds and understands a model: the embedded one by name, one pulled from the catalogue or laid into `modelsDir` by name,
 * or any ONNX file by its path. Models that want floats get the preparation put into their graph, once, into the cache.
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
 * What `resolveModel` would say of a model; nothing is written.
 * @throws LookoutError as `resolveModel`, but for `storage_failed`; `UnknownShapesError` where only a trial can tell.
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

/** @returns `folded`: what is to be written to the info's path, where the model does not run as it is. */
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
  const { info, image, preparation } = trial
    ? await tryModel({ name, path, model, sidecar }, trial)
    : likeliest(describeModel(model, sidecar));
  const licence = info.licence ?? findCatalogueEntry(name)?.licence;
  const described = { ...info, name, ...(licence ? { licence } : {}) };
  const takesOne = !(Number(imageLayout(image)?.count) > 1);
  const freed = takesOne && isWhole(described.input) && freeSize(model, image, described.format);
  if (!foldInput(model, (freed && imageInput(model)) || image, preparation)) {
    return { info: { ...described, path, preparation } };
  }
  // Whatever else the model has is neither computed nor copied.
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

/** Operations of TensorRT's plugins, which exports with NMS for it contain: nothing else has them. */
function refusePlugins({ graph }: OnnxModel): void {
  const plugin = graph.node.find(({ opType, domain }) => /^TRT|_TRT$/.test(opType) || domain === 'TRT');
  if (!plugin) return;
  throw new LookoutError(
    'model_unsupported',
    `The model contains ${plugin.opType}, an operation that only TensorRT has`,
    {
      hint: 'Export it for ONNX Runtime (YOLOv7: --end2end --max-wh 640; YOLO-NAS: engine ONNXRUNTIME), or without NMS; or have Triton run it, and name that by --kserve-url',
    },
  );
}

/** Half floats may have become floats of another name by then. */
function keepOutputs({ graph }: OnnxModel, names: readonly string[]): void {
  graph.output = names.flatMap((name) => graph.output.filter((one) => [name, floatName(name)].includes(one.name)));
  graph.node = withoutUnused(graph, graph.node);
}

/** Whether a rectangle of whole cells can be cut from it. */
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
    throw new LookoutError(
      'model_unsupported',
      `${path} has ${size} bytes, more than the ${MAX_MODEL_BYTES} a model may have`,
    );
  }
  try {
    return await readFile(path);
  } catch (cause) {
    throw new LookoutError('model_not_found', `Cannot read ${path}: ${(cause as Error).message}`, { cause });
  }
}
