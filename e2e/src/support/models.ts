import { mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { encodeModel, tinyModel } from '@lookout/vision/testing';
import { keep } from './keep.js';
import type { LookoutProcess } from './lookout-process.js';
import { scratchFolder } from './scratch-folder.js';
import { until } from './until.js';

/** A detector that finds a crack and a pothole in every picture. */
export function roadModel(): Uint8Array {
  const cells = 84;
  const values = new Float32Array(6 * cells);
  const put = (cell: number, column: readonly number[]) => {
    for (const [row, value] of column.entries()) values[row * cells + cell] = value;
  };
  // Centre, size, score of a crack, score of a pothole.
  put(0, [16, 32, 12, 12, 0.9, 0]);
  put(1, [48, 32, 12, 12, 0, 0.8]);
  const metadata = { names: "{0: 'crack', 1: 'pothole'}", task: 'detect' };
  return encodeModel(tinyModel({ outputs: { output0: { shape: [1, 6, cells], values } }, metadata }));
}

/** A data folder that contains models. */
export function dataWith(models: Record<string, Uint8Array>): string {
  const data = join(scratchFolder(), 'data');
  writeModels(data, models);
  return data;
}

/** Gives a running server models until the end of the test; then the built-in one is its default again. */
export function addModels(lookout: LookoutProcess, models: Record<string, Uint8Array>): void {
  writeModels(lookout.data, models);
  keep(lookout, async () => {
    await lookout.send('POST', '/api/models/nanodet-g/load', { default: true });
    for (const name of Object.keys(models)) {
      // Once nobody uses it.
      await until(
        `${name} is unloaded`,
        async () => (await lookout.fetch(`/api/models/${name}`, { method: 'DELETE' })).ok,
      );
      rmSync(join(lookout.data, 'models', `${name}.onnx`));
    }
  });
}

function writeModels(data: string, models: Record<string, Uint8Array>): void {
  mkdirSync(join(data, 'models'), { recursive: true });
  for (const [name, bytes] of Object.entries(models)) writeFileSync(join(data, 'models', `${name}.onnx`), bytes);
}

/** Names of the detected classes, in the answer's order. */
export const names = ({ detections }: { detections: readonly { class_name: string }[] }) =>
  detections.map(({ class_name }) => class_name);

/** A request whose body is a JPEG. */
export const jpegBody = (jpeg: Uint8Array<ArrayBuffer>) => ({
  method: 'POST',
  headers: { 'content-type': 'image/jpeg' },
  body: jpeg,
});
