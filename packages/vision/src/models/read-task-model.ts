import { createHash } from 'node:crypto';
import { createReadStream, type Dirent } from 'node:fs';
import { readdir, readFile, stat } from 'node:fs/promises';
import { basename, isAbsolute, join, resolve } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { LookoutError } from '@lookout/protocol/core';
import { checkEmbedFiles, type EmbedFiles } from '../embedding/check-files.js';
import { skimModel } from '../onnx/skim-model.js';
import type { GraphContract, GraphFile, GraphRole, OtherTask, TaskModelInfo } from '../tasks/task-model.js';
import { findCatalogueEntry } from './catalogue.js';
import { TASK_CONTRACTS } from './task-contracts.js';

const TOKENIZER = 'tokenizer.json';
const PREPROCESSOR = 'preprocessor_config.json';
const NAMES = 'names.txt';
/** Of a folder; the largest families have three. */
const MAX_GRAPHS = 6;
const MAX_NAMES = 20_000;

const TASK_WORDS: Readonly<Record<OtherTask, string>> = {
  embed: 'a model that compares words and pictures',
  'open-detect': 'a detector that is told in words what to find',
  segment: 'a model that cuts out shapes',
};

/** The files of a model. */
interface ModelParts {
  readonly name: string;
  readonly graphs: readonly GraphFile[];
  /** Absolute paths of all files, graphs included. */
  readonly files: readonly string[];
  readonly tokenizer: string | undefined;
}

/**
 * What a model for one of the other tasks is: a folder `NAME` of `modelsDir` with all its files, a file `NAME.onnx` there, or either by its
 * path. Its graphs are recognised by their inputs and outputs. No graph is run.
 * @throws LookoutError `model_not_found`; `model_invalid` if files are broken or do not belong together; `model_unsupported` if it is for
 *   another task, or of an unknown kind
 */
export async function readTaskModel(nameOrPath: string, modelsDir: string): Promise<TaskModelInfo> {
  const parts = await findParts(nameOrPath, modelsDir);
  const folder = parts.tokenizer !== undefined || parts.files.length > 1 ? join(parts.files[0]!, '..') : undefined;
  const preprocessor = folder === undefined ? undefined : await readJson(join(folder, PREPROCESSOR));
  const { task, family, graphs } = await recognise(parts, preprocessor);
  const names = folder && (await readNames(join(folder, NAMES)));
  const licence = findCatalogueEntry(parts.name)?.licence;
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

async function findParts(nameOrPath: string, modelsDir: string): Promise<ModelParts> {
  const isPath = isAbsolute(nameOrPath) || /[/\\]/.test(nameOrPath);
  const path = isPath ? resolve(nameOrPath) : join(modelsDir, nameOrPath);
  const name = basename(path).replace(/\.onnx$/i, '');
  const candidates = /\.onnx$/i.test(path) ? [path] : [path, `${path}.onnx`];
  for (const candidate of candidates) {
    const found = await stat(candidate).catch(() => undefined);
    if (found?.isFile()) return { name, graphs: [graphFile(candidate)], files: [candidate], tokenizer: undefined };
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
      hint: 'Leave one file for each part of the model: exports often have the same part in several precisions',
    });
  }
  const others = [TOKENIZER, PREPROCESSOR, NAMES].map((file) => join(folder, file));
  const used = [...graphs, ...others.filter((file) => files.includes(file))];
  const tokenizer = files.includes(join(folder, TOKENIZER)) ? join(folder, TOKENIZER) : undefined;
  return { name, graphs: graphs.map(graphFile), files: used, tokenizer };
}

function graphFile(path: string): GraphFile {
  return { path, ...skimModel(path) };
}

interface Recognised {
  task: OtherTask;
  family: string;
  graphs: Partial<Record<GraphRole, GraphFile>>;
}

/** The first family whose graphs these are. */
async function recognise(
  { name, graphs, tokenizer }: ModelParts,
  preprocessor: TaskModelInfo['preprocessor'],
): Promise<Recognised> {
  const families = new Map<string, GraphContract[]>();
  for (const contract of TASK_CONTRACTS) {
    const key = `${contract.task} ${contract.family}`;
    families.set(key, [...(families.get(key) ?? []), contract]);
  }
  const problems: LookoutError[] = [];
  for (const contracts of families.values()) {
    const roles = assign(graphs, contracts);
    if (!roles) continue;
    const [{ task, family }] = contracts as [GraphContract];
    const problem =
      incomplete(name, contracts, roles) ??
      (task === 'embed' ? embedProblem({ name, family, graphs: roles, tokenizer, preprocessor }) : undefined);
    if (!problem) return { task, family, graphs: roles };
    problems.push(problem);
  }
  throw problems[0] ?? unknown(name, graphs);
}

/** Gives each graph its role; undefined if one has none, or two have the same. */
function assign(graphs: readonly GraphFile[], contracts: readonly GraphContract[]) {
  const roles: Partial<Record<GraphRole, GraphFile>> = {};
  for (const graph of graphs) {
    const contract = contracts.find((one) => one.fits(graph) && roles[one.role] === undefined);
    if (!contract) return undefined;
    roles[contract.role] = graph;
  }
  return roles;
}

/** A model of one graph, or of all parts that its family has beside that. */
function incomplete(name: string, contracts: readonly GraphContract[], roles: Partial<Record<GraphRole, GraphFile>>) {
  if (roles.model) return undefined;
  const parts = [...new Set(contracts.map(({ role }) => role).filter((role) => role !== 'model'))];
  const missing = parts.filter((role) => roles[role] === undefined);
  if (parts.length > 1 && missing.length === 0) return undefined;
  const [{ task, family }] = contracts as readonly [GraphContract];
  const what = missing.map((role) => `its ${role} part`).join(' and ') || 'a part';
  return new LookoutError('model_invalid', `Model ${name} is ${TASK_WORDS[task]} (${family}), but lacks ${what}`, {
    hint: `Put all files of the model into one folder, models/${name}`,
  });
}

function embedProblem(files: EmbedFiles): LookoutError | undefined {
  try {
    checkEmbedFiles(files);
    return undefined;
  } catch (error) {
    if (error instanceof LookoutError) return error;
    throw error;
  }
}

function unknown(name: string, graphs: readonly GraphFile[]): LookoutError {
  const known = graphs.map((graph) => {
    const contract = TASK_CONTRACTS.find((one) => one.fits(graph));
    const tensors = (list: GraphFile['inputs']) =>
      list
        .map((one) => one.name)
        .join(', ')
        .slice(0, 200);
    const what = contract
      ? `the ${contract.role} part of ${TASK_WORDS[contract.task]} (${contract.family})`
      : `unknown (${tensors(graph.inputs)} → ${tensors(graph.outputs)})`;
    return `${basename(graph.path)} is ${what}`;
  });
  return new LookoutError(
    'model_unsupported',
    `Model ${name} is of no kind that can be told what to look for: ${known.join('; ')}`,
    { hint: 'If it is a detector of fixed classes, choose it as the default model instead.' },
  );
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
