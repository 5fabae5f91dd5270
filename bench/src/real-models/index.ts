import { readdir } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { LookoutError } from '@lookout/protocol';
import type { OtherTask, TaskModelInfo } from '@lookout/vision';
import { readTaskModel } from '@lookout/vision/models';
import type { Figure, LabelledImages } from './figure.js';
import { tryEmbedder } from './try-embedder.js';
import { tryOpenDetector } from './try-open-detector.js';
import { trySegmenter } from './try-segmenter.js';

const TRIALS: Readonly<
  Record<OtherTask, (model: TaskModelInfo, images: LabelledImages | undefined) => Promise<Figure[]>>
> = { embed: tryEmbedder, 'open-detect': tryOpenDetector, segment: trySegmenter };

/**
 * Quality and speed of models for words and masks, such as CLIP, SigLIP 2, OWLv2 and Segment Anything, none of which ships with Lookout.
 * `npm run bench -- real-models FOLDER [--coco FOLDER] [--every N]`; FOLDER is laid out like the server's `models` folder. The exit code is
 * 1 when there is no such model, or one does not run.
 */
export async function run(args: string[]): Promise<void> {
  const options = { coco: { type: 'string' }, every: { type: 'string', default: '1' } } as const;
  const { values, positionals } = parseArgs({ args, options, allowPositionals: true });
  const [folder] = positionals;
  const every = Number(values.every);
  if (folder === undefined || positionals.length > 1 || !(Number.isInteger(every) && every >= 1)) {
    throw new Error('Usage: npm run bench -- real-models FOLDER [--coco FOLDER] [--every N]');
  }
  const images = values.coco === undefined ? undefined : { folder: resolve(values.coco), every };
  let tried = 0;
  for (const name of (await readdir(folder)).sort()) {
    try {
      const model = await readTaskModel(join(resolve(folder), name), folder);
      const figures = await TRIALS[model.task](model, images);
      tried++;
      print(model, figures);
    } catch (error) {
      if (!(error instanceof LookoutError)) throw error;
      console.log(`\n${name}: ${error.message}`);
      // The folder may also hold detectors with fixed classes and other files.
      if (error.code !== 'model_unsupported' && error.code !== 'model_not_found') process.exitCode = 1;
    }
  }
  if (tried === 0) {
    console.log(`\nNo model for words or masks in ${folder}`);
    process.exitCode = 1;
  }
}

function print({ name, task, family, bytes, sha256 }: TaskModelInfo, figures: readonly Figure[]): void {
  console.log(`\n${name}: ${task}, ${family}, ${Math.round(bytes / 1e6)} MB, sha256 ${sha256.slice(0, 12)}…`);
  for (const { name, value, unit = '' } of figures) {
    console.log(`  ${name.padEnd(64)} ${String(Math.round(value * 1000) / 1000).padStart(10)} ${unit}`);
  }
  console.log(JSON.stringify({ bench: 'real-models', model: name, task, family, sha256, figures }));
}
