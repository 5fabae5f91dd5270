import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import {
  CATALOGUE,
  type CatalogueEntry,
  downloadBytes,
  EMBEDDED_MODEL,
  findCatalogueEntry,
  pullModel,
  storedName,
} from '@lookout/vision/models';
import type { Settings } from '../platform/config/settings.js';
import { ModelFiles } from '../platform/models/model-files.js';
import { ModelReader, type ReadModel } from '../platform/models/model-reader.js';
import { type ReadTaskModel, TaskModelFiles } from '../platform/models/read-task-models.js';

export interface ListedModel {
  name: string;
  /** `embedded`: needs nothing; `here`: in the data folder; `catalogue`: can be downloaded. */
  where: 'embedded' | 'here' | 'catalogue';
  task: CatalogueEntry['task'] | undefined;
  description: string;
}

/** Purpose of each task's models, in a few words. */
const PURPOSES: Readonly<Record<CatalogueEntry['task'], string>> = {
  detect: 'finds objects',
  embed: 'understands words',
  segment: 'cuts out shapes',
  'open-detect': 'looks for anything',
};

/** All models that are installed or can be downloaded. `--model` takes the names of those that find objects. */
export async function listModels(settings: Pick<Settings, 'data'>): Promise<ListedModel[]> {
  const modelsDir = join(settings.data, 'models');
  const files: string[] = await readdir(modelsDir).catch(() => []);
  const known = CATALOGUE.map((entry): ListedModel => {
    const { name, task, description, licence, input, isVerified } = entry;
    const where = files.includes(storedName(entry)) ? 'here' : 'catalogue';
    const notes = [input, licence, megabytes(downloadBytes(entry)), !isVerified && 'not tested by us'].filter(Boolean);
    return { name, where, task, description: `${description} (${notes.join(', ')})` };
  });
  const others = await new TaskModelFiles(modelsDir).read();
  const isKnown = (name: string) => known.some((entry) => entry.name === name && entry.where === 'here');
  const ownOthers = others.filter(({ name }) => !isKnown(name));
  const own = files
    .filter((file) => file.endsWith('.onnx'))
    .map((file) => file.slice(0, -'.onnx'.length))
    .filter((name) => !isKnown(name));
  const read = own.length > 0 ? await new ModelReader().read({ modelsDir, sources: own }) : [];
  // A model can do both; one for another task is not a broken detector.
  const isOther = (name: string) => ownOthers.some((other) => other.name === name);
  const detectors = own.flatMap((name, i): ListedModel[] => {
    const one = read[i]!;
    return !one.ok && isOther(name) ? [] : [{ name, where: 'here', task: 'detect', description: describe(one) }];
  });
  const embedded: ListedModel = {
    name: EMBEDDED_MODEL,
    where: 'embedded',
    task: 'detect',
    description: '80 classes of COCO, the default (Apache-2.0)',
  };
  return [embedded, ...known, ...detectors, ...ownOthers.map(describeOther)];
}

/** What the file's own metadata and shapes say; the certainty is final only once the model is loaded. */
function describe(read: ReadModel): string {
  if (!read.ok) return unusable(read);
  const { format, classNames, reading } = read.info;
  const classes = `${classNames.length} ${classNames.length === 1 ? 'class' : 'classes'}`;
  return `your own: ${format}, ${classes}; ${reading?.certainty ?? 'sure'}${reading ? `: ${reading.why}` : ''}`;
}

function describeOther(read: ReadTaskModel): ListedModel {
  const { name } = read;
  if (!read.ok) return { name, where: 'here', task: undefined, description: unusable(read) };
  const { task, family, bytes } = read.info;
  return { name, where: 'here', task, description: `your own: ${family}, ${megabytes(bytes)}` };
}

function unusable({ message, hint }: { message: string; hint: string | undefined }): string {
  return `can't be used: ${message}${hint === undefined ? '' : `. ${hint}`}`;
}

export async function printModels(settings: Settings, json: boolean): Promise<void> {
  const models = await listModels(settings);
  if (json) return void console.log(JSON.stringify(models, null, 2));
  for (const { name, where, task, description } of models) {
    const purpose = task === undefined ? '' : PURPOSES[task];
    console.log(`${name.padEnd(16)} ${where.padEnd(10)} ${purpose.padEnd(18)} ${description}`);
  }
}

/**
 * Downloads a model of the catalogue into the data folder, resuming an interrupted download.
 * @param acceptLicence whether a licence that restricts the model's use is accepted
 */
export async function pull(name: string, settings: Settings, acceptLicence: boolean): Promise<void> {
  const entry = findCatalogueEntry(name);
  if (entry) process.stderr.write(`${describeBeforePull(entry)}\n`);
  let shown = -1;
  const path = await pullModel(name, join(settings.data, 'models'), {
    acceptLicence,
    ...(settings.model_mirror !== undefined && { baseUrl: settings.model_mirror }),
    onProgress(received, total) {
      const percent = total > 0 ? Math.floor((received / total) * 10) * 10 : 0;
      if (percent === shown) return;
      shown = percent;
      process.stderr.write(`${name}: ${percent} %\n`);
    },
  });
  const use =
    entry?.task === 'detect'
      ? `To use it: lookout --model ${name}`
      : 'It is used from the next start on. A server uses it at once if it is downloaded in the page: Settings, Models';
  console.log(`${path}\n${use}\nTo see what it finds and how fast it is here: lookout models verify ${name}`);
}

/** Size, licence and cost of a model, printed before it is downloaded. */
function describeBeforePull(entry: CatalogueEntry): string {
  const { name, task, licence, memoryMb, speed, isVerified } = entry;
  return [
    `${name} ${PURPOSES[task]}: ${megabytes(downloadBytes(entry))} to download, licence ${licence}.`,
    `Expected, not measured: ${memoryMb} MB of memory while it is used; ${speed.ms} ms per ${speed.per} on one processor core.`,
    ...(isVerified ? [] : ['It has not been tested with this version of Lookout.']),
  ].join('\n');
}

/** Removes a model from the data folder. @throws LookoutError `model_not_found`, `conflict` */
export async function remove(name: string, settings: Settings): Promise<void> {
  const files = new ModelFiles(join(settings.data, 'models'), [
    ...(settings.model ? [settings.model] : []),
    ...settings.models,
  ]);
  const file = await files.findAny(name);
  if (!files.isRemovable(file)) {
    throw new LookoutError('conflict', `${name} can’t be removed: it is built in or named in the settings`);
  }
  await files.remove(file);
  console.log(`${name} was removed`);
}

function megabytes(bytes: number): string {
  return `${Math.ceil(bytes / 1024 ** 2)} MB`;
}

/**
 * Tries a model on the photos that come with Lookout, and prints its results and speed.
 * @returns whether it was right about most of them
 */
export async function verify(nameOrPath: string, settings: Settings, json: boolean): Promise<boolean> {
  const { verifyModel } = await import('../pipeline/task-models/verify-model.js');
  const result = await verifyModel(nameOrPath, join(settings.data, 'models'));
  const { name, task, isGood, findings, ms } = result;
  if (json) {
    console.log(JSON.stringify(result, null, 2));
    return isGood;
  }
  const verdict = isGood ? 'It works on these photos.' : 'It does not work on these photos.';
  const speed = `${ms < 10 ? ms.toFixed(1) : Math.round(ms)} ms per picture on one processor core`;
  console.log([`${name} ${PURPOSES[task]}: ${speed}`, ...findings, verdict].join('\n'));
  return isGood;
}
