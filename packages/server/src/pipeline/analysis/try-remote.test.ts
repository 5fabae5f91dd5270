import type { ModelInfo, RemoteModel } from '@lookout/vision';
import type { ModelRunner } from '@lookout/vision/detector';
import { describeTensors } from '@lookout/vision/models';
import { quietRows } from '@lookout/vision/testing';
import { expect, it } from 'vitest';
import { tryRemote } from './try-remote.js';

const side = 128;

/** A model of three classes that sees nothing, as another server tells of it and runs it. */
function remote(kind: 'raw' | 'decoded'): { model: ModelInfo & { remote: RemoteModel }; runner: ModelRunner } {
  const rows = quietRows(side, 3, kind).map(({ box, scores }, row) => [...box, 0.01 + (row % 9) / 100, ...scores]);
  const shape = [1, rows.length, 8];
  const inputs = [{ name: 'images', type: 'float32' as const, shape: [1, 3, side, side] }];
  const outputs = [{ name: 'output', type: 'float32' as const, shape }];
  const told = { urls: ['http://gpu-box:8000'], model: 'road', inputs, outputs };
  const [described] = describeTensors(told, { names: ['pothole', 'crack', 'rut'] });
  const data = Float32Array.from(rows.flat());
  const runner: ModelRunner = {
    provider: 'kserve',
    inputs,
    outputs,
    run: async () => [{ name: 'output', type: 'float32', dims: shape, data }],
    close: async () => undefined,
  };
  return { model: { ...described, name: 'road@kserve', path: '', remote: told }, runner };
}

it('names the format of a model that is read as another', async () => {
  const { model, runner } = remote('decoded');
  expect(model.format).toBe('yolox');
  expect(await tryRemote(model, runner, new Int32Array(1))).toContain('set `format: yolox-decoded` in the file');
});

it('has nothing to say of one that is read rightly', async () => {
  const { model, runner } = remote('raw');
  expect(await tryRemote(model, runner, new Int32Array(1))).toBeUndefined();
});

it('says why one could not be tried', async () => {
  const { model, runner } = remote('raw');
  const broken = { ...runner, run: () => Promise.reject(new Error('out of memory')) };
  expect(await tryRemote(model, broken, new Int32Array(1))).toBe('The model failed on a trial photo: out of memory');
});
