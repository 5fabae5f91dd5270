import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LookoutError } from '@lookout/protocol/core';
import { skimModel } from '../onnx/skim-model.js';
import type { GraphFile, OtherTask, TaskModelInfo } from '../tasks/task-model.js';
import { findCatalogueEntry } from './catalogue.js';
import { MODEL_RECORD, readModelRecord } from './model-record.js';
import { type ModelParts, recogniseTaskModel } from './recognise-task-model.js';

const TOKENIZER = 'tokenizer.json';
const PREPROCESSOR = 'preprocessor_config.json';
const NAMES = 'names.txt';
/** Per folder; the largest families have three. */
const MAX_GRAPHS = 6;
const MAX_NAMES = 20_000;

/**
 * Reads a model for one of the other tasks: a folder `NAME` in `modelsDir` with all its files, a file `NAME.onnx` there, or either by its
 * path. Graphs are recognised by their inputs and outputs, and not run.
 * @throws LookoutError `model_not_found`; `model_invalid` if files are broken or do not match; `model_unsupported` if it is for another
 *   task, or of an unknown kind
 */
export async function readTaskModel(nameOrPath: string, modelsDir: string): Promise<TaskModelInfo> {
  const parts = await findParts(nameOrPath, modelsDir);
  const { folder } = parts;
  const preprocessor = folder === undefined ? undefined : await readJson(join(folder, PREPROCESSOR));
  const { task, family, graphs } = recogniseTaskModel(parts, preprocessor);
  const names = folder && (await readNames(join(folder, NAMES)));
  const record = folder === undefined ? undefined : await readModelRecord(join(folder, MODEL_RECORD));
  const licence = record?.licence ?? findCatalogueEntry(parts.name)?.licence;
  return {
    name: parts.name,
    task,
    family,
    graphs: Object.fromEntries(Object.entries(graphs).map(([role, { path }]) => [role, path])),
    ...(parts.tokenizer !== undefined && { tokenizer: parts.tokenizer }),
    ...(preprocessor && { preprocessor }),
    ...(names && { names }),
    ...(await checksum(parts.files)),
    ...(licence !== undefined && { licence }),
  };
}

/** Task of a model, found without reading its weights. @throws as `readTaskModel` */
export async function taskOfModel(nameOrPath: string, modelsDir: string): Promise<OtherTask> {
  const parts = await findParts(nameOrPath, modelsDir);
  const preprocessor = parts.folder === undefined ? undefined : await readJson(join(parts.folder, PREPROCESSOR));
  return recogniseTaskModel(parts, preprocessor).task;
}

async function findParts(nameOrPath: string, modelsDir: string): Promise<ModelParts> {
  const isPath = isAbsolute(nameOrPath) || /[/\\]/.test(nameOrPath);
  const path = isPath ? resolve(nameOrPath) : join(modelsDir, nameOrPath);
  const name = basename(path).replace(/\.onnx$/i, '');
  const candidates = /\.onnx$/i.test(path) ? [path] : [path, `${path}.onnx`];
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isFile())
      return { name, graphs: [graphFile(candidate)], files: [candidate], tokenizer: undefined, folder: undefined };
    if (found?.isDirectory()) return folderParts(name, candidate);
  }
  throw new LookoutError('model_not_found', `There is no model ${JSON.stringify(nameOrPath.slice(0, 200))}`);
}

async function folderParts(name: string, folder: string): Promise<ModelParts> {
  const entries = await readdir(folder, { withFileTypes: true });
  const files = entries.filter((entry: Dirent) => entry.isFile()).map((entry) => join(folder, entry.name));
  const graphs = files.filter((file) => /\.onnx$/i.test(file)).sort();
  if (graphs.length === 0) throw new LookoutError('model_invalid', `The folder of model ${name} has no ONNX file`);
  if (graphs.length > MAX_GRAPHS) {
    throw new LookoutError('model_invalid', `The folder of model ${name} has ${graphs.length} ONNX files`, {
      hint: 'Keep one file for each part of the model: exports often include the same part in several precisions',
    });
  }
  const others = [TOKENIZER, PREPROCESSOR, NAMES].map((file) => join(folder, file));
  const used = [...graphs, ...others.filter((file) => files.includes(file))];
  const tokenizer = files.includes(join(folder, TOKENIZER)) ? join(folder, TOKENIZER) : undefined;
  return { name, graphs: graphs.map(graphFile), files: used, tokenizer, folder };
}

function graphFile(path: string): GraphFile {
  return { path, ...skimModel(path) };
}

async function readJson(path: string): Promise<Record<string, unknown> | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Record<string, unknown>;
  } catch (cause) {
    throw new LookoutError('model_invalid', `${basename(path)} of the model is not JSON`, { cause });
  }
  throw new LookoutError('model_invalid', `${basename(path)} of the model is not a JSON object`);
}

async function readNames(path: string): Promise<string[] | undefined> {
  const text = await readFile(path, 'utf8').catch(() => undefined);
  if (text === undefined) return undefined;
  const names = text.split('\n').map((line) => line.trim());
  const given = names.filter((line) => line !== '');
  if (given.length > MAX_NAMES) throw new LookoutError('model_invalid', `${NAMES} has more than ${MAX_NAMES} lines`);
  return given;
}

async function checksum(files: readonly string[]): Promise<{ sha256: string; bytes: number }> {
  const hash = createHash('sha256');
  let bytes = 0;
  for (const file of files) {
    bytes += (await stat(file)).size;
    await pipeline(createReadStream(file), hash, { end: false });
  }
  return { sha256: hash.digest('hex'), bytes };
}
