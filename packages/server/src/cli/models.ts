import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { CATALOGUE, EMBEDDED_MODEL, pullModel } from '@lookout/vision/models';
import type { Settings } from '../platform/config/settings.js';
import { ModelReader, type ReadModel } from '../platform/models/model-reader.js';

export interface ListedModel {
  name: string;
  /** `embedded`: needs nothing; `here`: in the data folder; `catalogue`: can be downloaded. */
  where: 'embedded' | 'here' | 'catalogue';
  description: string;
}

/** Every model that `--model` takes by name. */
export async function listModels(settings: Pick<Settings, 'data'>): Promise<ListedModel[]> {
  const modelsDir = join(settings.data, 'models');
  const files = await readdir(modelsDir).catch(() => []);
  const here = new Set(files.filter((name) => name.endsWith('.onnx')).map((name) => name.slice(0, -'.onnx'.length)));
  const known = CATALOGUE.map(({ name, description, licence, input }) => ({
    name,
    where: here.has(name) ? ('here' as const) : ('catalogue' as const),
    description: `${description} (${input}, ${licence})`,
  }));
  const own = [...here].filter((name) => !known.some((entry) => entry.name === name));
  const read = own.length > 0 ? await new ModelReader().read({ modelsDir, sources: own }) : [];
  const described = own.map((name, i) => ({ name, where: 'here' as const, description: describe(read[i]!) }));
  const embedded = {
    name: EMBEDDED_MODEL,
    where: 'embedded' as const,
    description: '80 classes of COCO, the default (Apache-2.0)',
  };
  return [embedded, ...known, ...described];
}

/** What the file's own metadata and shapes say; the certainty is final only once the model is loaded. */
function describe(read: ReadModel): string {
  if (!read.ok) return `can't be used: ${read.message}${read.hint === undefined ? '' : `. ${read.hint}`}`;
  const { format, classNames, reading } = read.info;
  const classes = `${classNames.length} ${classNames.length === 1 ? 'class' : 'classes'}`;
  return `your own: ${format}, ${classes}; ${reading?.certainty ?? 'sure'}${reading ? `: ${reading.why}` : ''}`;
}

export async function printModels(settings: Settings, json: boolean): Promise<void> {
  const models = await listModels(settings);
  if (json) return void console.log(JSON.stringify(models, null, 2));
  for (const { name, where, description } of models)
    console.log(`${name.padEnd(16)} ${where.padEnd(10)} ${description}`);
}

/** Downloads a model of the catalogue into the data folder, resuming an interrupted download. */
export async function pull(name: string, settings: Settings): Promise<void> {
  let shown = -1;
  const path = await pullModel(name, join(settings.data, 'models'), {
    ...(settings.model_mirror !== undefined && { baseUrl: settings.model_mirror }),
    onProgress(received, total) {
      const percent = total > 0 ? Math.floor((received / total) * 10) * 10 : 0;
      if (percent === shown) return;
      shown = percent;
      process.stderr.write(`${name}: ${percent} %\n`);
    },
  });
  console.log(`${path}\nTo use it: lookout --model ${name}`);
}
