import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { CatalogueModel, Model, ModelSpeed, Problem, TaskModelChoice } from '@lookout/protocol';
import { encodeModel, tinyModel, writeColourSegmenter } from '@lookout/vision/testing';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWholeServer, type WholeServer } from '../../testing/whole-server.js';

/** Finds one crack in every picture. */
function roadModel(): Uint8Array {
  const cells = 84;
  const values = new Float32Array(6 * cells);
  for (const [row, value] of [16, 32, 12, 12, 0.9, 0].entries()) values[row * cells] = value;
  const metadata = { names: "{0: 'crack', 1: 'pothole'}", task: 'detect' };
  return encodeModel(tinyModel({ outputs: { output0: { shape: [1, 6, cells], values } }, metadata }));
}

let server: WholeServer;
const path = (name: string) => join(server.directory, 'models', `${name}.onnx`);
beforeAll(async () => {
  server = await startWholeServer({
    prepare: (directory) => {
      mkdirSync(join(directory, 'models'));
      for (const name of ['one', 'two']) {
        writeFileSync(join(directory, 'models', `${name}.onnx`), roadModel());
      }
    },
  });
});
afterAll(() => server.close());

const models = async () => (await server.call<Model[]>('GET', '/api/models')).body;
const model = async (name: string) => (await models()).find((one) => one.name === name);
const post = <T>(call: string, body?: unknown) => server.call<T>('POST', `/api/models/${call}`, body);

it('a model is measured, and what was measured is kept', async () => {
  const measured = await post<ModelSpeed>('one/measure');
  expect(measured.status).toBe(200);
  expect(measured.body.device).toBe('cpu');
  await server.restart();
  expect(await model('one')).toMatchObject({ speed: measured.body, removable: true, loaded: false });
  expect((await model('one'))?.bytes).toBeGreaterThan(100);
  expect((await post<Problem>('none/measure')).status).toBe(404);
});

it('the default is kept over a restart, and gives way to the one before', async () => {
  expect((await post<Problem>('rollback')).body.detail).toBe('There is no default model before this one');
  await post('one/load', { default: true });
  await server.restart();
  expect((await models())[0]).toMatchObject({ name: 'one', default: true, removable: false });
  expect(await model('nanodet-g')).toMatchObject({ previous: true, removable: false });
  expect((await post<Model>('rollback')).body).toMatchObject({ name: 'nanodet-g', default: true });
  expect(await model('one')).toMatchObject({ previous: true });
});

it('a model is removed, but not the default nor the built-in one', async () => {
  await post('two/load', { default: true });
  const remove = (name: string) => server.call<Problem>('DELETE', `/api/models/${name}/file`);
  expect(await remove('two')).toMatchObject({ status: 409 });
  expect((await remove('nanodet-g')).body.detail).toMatch(/built in/);
  await post('one/load');
  expect((await remove('one')).status).toBe(204);
  expect(existsSync(path('one'))).toBe(false);
  expect(await model('one')).toBeUndefined();
});

it('a start whose default has gone begins with the built-in model', async () => {
  rmSync(path('two'));
  await server.restart();
  expect((await models())[0]).toMatchObject({ name: 'nanodet-g', default: true });
});

it('the catalogue says what can be downloaded, from where, under which licence', async () => {
  const { body } = await server.call<CatalogueModel[]>('GET', '/api/models/catalogue');
  expect(body[0]).toMatchObject({ name: 'yolox-nano', licence: 'Apache-2.0', from: 'github.com', state: 'absent' });
  expect((await post<Problem>('nano/pull')).status).toBe(404);
  expect((await server.call('DELETE', '/api/models/yolox-nano/pull')).status).toBe(204);
});

it('a model for another task is found, chosen, switched off and removed', async () => {
  const folder = (name: string) => join(server.directory, 'models', name);
  const choose = (choice: string) => server.call<TaskModelChoice>('PUT', '/api/models/tasks/segment', { choice });
  const choices = async () => (await server.call<TaskModelChoice[]>('GET', '/api/models/tasks')).body;
  writeColourSegmenter(folder('cutter'), 'sam');
  writeColourSegmenter(folder('half'), 'sam');
  rmSync(join(folder('half'), 'decoder.onnx'));
  expect(await model('cutter')).toMatchObject({ task: 'segment', chosen: true, format: 'sam', removable: true });
  expect((await model('half'))?.unusable).toMatch(/lacks its decoder part/);
  expect(await choices()).toContainEqual({ task: 'segment', choice: 'auto', model: 'cutter', changeable: true });
  expect((await choose('one')).status).toBe(404);
  expect((await choose('off')).body).toEqual({ task: 'segment', choice: 'off', changeable: true });
  await server.restart();
  expect(await model('cutter')).toMatchObject({ chosen: false });
  expect((await choose('cutter')).body.model).toBe('cutter');
  expect((await post<Problem>('cutter/load', { default: true })).body.detail).toMatch(/^cutter cuts out shapes/);
  expect((await server.call('DELETE', '/api/models/cutter/file')).status).toBe(204);
  expect(existsSync(folder('cutter'))).toBe(false);
  expect(await choices()).toContainEqual({ task: 'segment', choice: 'cutter', changeable: true });
});

it('a model whose licence restricts its use is downloaded only once that is accepted', async () => {
  const { status, body } = await post<Problem>('mobileclip-s0/pull');
  expect({ status, body }).toMatchObject({ status: 403, body: { code: 'licence_not_accepted' } });
});
