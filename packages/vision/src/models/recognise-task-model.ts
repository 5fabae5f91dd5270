import { basename } from 'node:path';
import { LookoutError } from '@lookout/protocol/core';
import { checkEmbedFiles, type EmbedFiles } from '../embedding/check-files.js';
import { describeTensors } from '../reading/describe.js';
import type { GraphContract, GraphFile, GraphRole, OtherTask, TaskModelInfo } from '../tasks/task-model.js';
import { TASK_CONTRACTS } from './task-contracts.js';

/** Description of each task's models, for messages. */
export const TASK_WORDS: Readonly<Record<OtherTask, string>> = {
  embed: 'a model that compares words and images',
  'open-detect': 'an open-vocabulary detector',
  segment: 'a model that cuts out shapes',
};

/** The files of a model. */
export interface ModelParts {
  readonly name: string;
  readonly graphs: readonly GraphFile[];
  /** Absolute paths of all files, graphs included. */
  readonly files: readonly string[];
  readonly tokenizer: string | undefined;
  /** Absolute path, for a model in a folder. */
  readonly folder: string | undefined;
}

export interface RecognisedModel {
  task: OtherTask;
  family: string;
  graphs: Partial<Record<GraphRole, GraphFile>>;
}

/**
 * Recognises a model by its files: the first family that fits them all.
 * @throws LookoutError `model_invalid` if parts are missing or do not match; `model_unsupported` if it is for another task, or of an
 *   unknown kind
 */
export function recogniseTaskModel(
  { name, graphs, tokenizer }: ModelParts,
  preprocessor: TaskModelInfo['preprocessor'],
): RecognisedModel {
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

/** Assigns each graph its role; undefined if one has none, or two have the same. */
function assign(graphs: readonly GraphFile[], contracts: readonly GraphContract[]) {
  const roles: Partial<Record<GraphRole, GraphFile>> = {};
  for (const graph of graphs) {
    const contract = contracts.find((one) => one.fits(graph) && roles[one.role] === undefined);
    if (!contract) return undefined;
    roles[contract.role] = graph;
  }
  return roles;
}

/** Error for missing parts: a model is either one graph or all separate parts of its family. */
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

/** Describes a graph of a model for another task, such as `the text part of …`; undefined if it is none. */
export function describeTaskGraph(graph: GraphFile): string | undefined {
  const contract = TASK_CONTRACTS.find((one) => one.fits(graph));
  if (!contract) return undefined;
  const { task, family, role } = contract;
  return `${role === 'model' ? '' : `the ${role} part of `}${TASK_WORDS[task]} (${family})`;
}

function unknown(name: string, graphs: readonly GraphFile[]): LookoutError {
  const [only] = graphs;
  const classCount = only && graphs.length === 1 ? detectorClasses(only) : undefined;
  if (classCount !== undefined) {
    return new LookoutError(
      'model_unsupported',
      `${name} is a detector of ${classCount} ${classCount === 1 ? 'class' : 'classes'}, not a model for words or masks`,
      { hint: `Use it as the default model: --model ${name}, or Settings, Models` },
    );
  }
  const known = graphs.map((graph) => {
    const what = describeTaskGraph(graph) ?? `unknown (${tensors(graph.inputs)} → ${tensors(graph.outputs)})`;
    return `${basename(graph.path)} is ${what}`;
  });
  return new LookoutError('model_unsupported', `Model ${name} is not of a supported kind: ${known.join('; ')}`, {
    hint:
      graphs.length > 1
        ? 'All files in a folder must belong to one model: put others into their own folders'
        : 'The guide lists the supported kinds under Models',
  });
}

function tensors(list: GraphFile['inputs']): string {
  const names = list.map((one) => one.name).join(', ');
  return names.slice(0, 200);
}

/** Number of classes that a graph detects, from its shapes; undefined if it is not a detector. */
function detectorClasses({ inputs, outputs }: GraphFile): number | undefined {
  const told = (list: GraphFile['inputs']) =>
    list.map(({ name, type, shape }) => ({ name, type, shape: (shape ?? []).map((size) => size ?? -1) }));
  try {
    const [detector] = describeTensors({ inputs: told(inputs), outputs: told(outputs) }, {});
    return detector.classNames.length;
  } catch (error) {
    if (error instanceof LookoutError) return undefined;
    throw error;
  }
}
