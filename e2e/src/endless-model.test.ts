import { execFileSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { DetectionHealth, ImageDetections, Model, Problem } from '@lookout/protocol';
import { type OddModelOptions, oddModel } from '@lookout/vision/testing';
import { describe, expect, it } from 'vitest';
import { runLookout } from './support/lookout-process.js';
import { scratchFolder } from './support/scratch-folder.js';
import { startLookout } from './support/start.js';
import { until } from './support/until.js';

const yaml = 'limits: { inference_timeout_s: 2 }';

function modelFile(options: OddModelOptions, path = join(scratchFolder(), 'endless.onnx')): string {
  writeFileSync(path, oddModel(options));
  return path;
}

const baseModel = () => modelFile({}, join(scratchFolder(), 'base.onnx'));

const flat = (colour: string) => {
  const source = ['-v', 'error', '-f', 'lavfi', '-i', `color=${colour}:size=64x64`, '-frames:v', '1'];
  const body = execFileSync('ffmpeg', [
    ...source,
    '-pix_fmt',
    'yuvj420p',
    '-c:v',
    'mjpeg',
    '-f',
    'image2pipe',
    'pipe:',
  ]);
  return { method: 'POST', headers: { 'content-type': 'image/jpeg' }, body: new Uint8Array(body) };
};

describe('a model that does not come to an end', () => {
  it('in its trial or at a picture: is refused, another worker takes over, and the server still ends quickly', async () => {
    const data = join(scratchFolder(), 'data');
    mkdirSync(join(data, 'models'), { recursive: true });
    modelFile({ endlessFrom: 250 }, join(data, 'models', 'endless.onnx'));
    modelFile({ endlessFrom: 0 }, join(data, 'models', 'hopeless.onnx'));
    const server = await startLookout({ yaml, data, args: ['--model', baseModel()] });
    const ask = (colour: string, model: string) => server.fetch(`/api/detect?model=${model}`, flat(colour));
    const load = (name: string) => server.fetch(`/api/models/${name}/load`, { method: 'POST' });
    // One that hangs while it is tried out does not hold up the next.
    expect((await Promise.all([load('hopeless'), load('endless')])).map(({ status }) => status)).toEqual([504, 200]);
    expect((await ask('black', 'endless')).status).toBe(200);
    const answer = await ask('white', 'endless');
    expect(answer.status).toBe(504);
    expect((await answer.json()) as Problem).toMatchObject({
      code: 'model_timeout',
      detail: 'Model endless did not finish a run within 2 s and is no longer used',
      hint: expect.stringContaining('limits.inference_timeout_s'),
    });
    // From now on at once, whatever is shown to it; others are served by the worker that took over.
    expect((await ask('black', 'endless')).status).toBe(504);
    const model = server.json<Model[]>('/api/models').then((all) => all.find(({ name }) => name === 'endless'));
    expect(await model).toMatchObject({ loaded: false, unusable: expect.stringContaining('did not finish a run') });
    const found = await until('another worker answers', async () => {
      const response = await server.fetch('/api/detect', flat('white'));
      return response.ok && ((await response.json()) as ImageDetections);
    });
    expect(found.detections).toMatchObject([{ class_name: 'thing' }]);
    expect(await server.metric('lookout_hung_threads')).toBe(2);
    const ready = await server.fetch('/readyz');
    expect(ready.status).toBe(503);
    expect((await ready.json()) as Problem).toMatchObject({
      errors: [{ field: 'threads', message: expect.stringContaining('2 threads hang') }],
    });
    expect(await server.end('SIGTERM')).toMatchObject({ code: 0, tookMs: expect.toSatisfy((ms) => ms < 3000) });
  });

  it('that is the default: cameras and clients are told, and another can take its place', async () => {
    const data = join(scratchFolder(), 'data');
    mkdirSync(join(data, 'models'), { recursive: true });
    modelFile({}, join(data, 'models', 'other.onnx'));
    const server = await startLookout({
      yaml,
      data,
      args: ['--model', modelFile({ endlessFrom: 250 })],
    });
    expect((await server.fetch('/api/detect', flat('white'))).status).toBe(504);
    expect((await server.fetch('/api/detect', flat('black'))).status).toBe(504);
    const health = () => server.json<DetectionHealth>('/stream/health');
    await until('a worker is ready', async () => (await server.fetch('/stream/health')).ok);
    expect(await health()).toMatchObject({
      status: 'degraded',
      reason: expect.stringContaining('did not finish a run'),
    });
    await server.send('POST', '/api/models/other/load', { default: true });
    expect((await server.fetch('/api/detect', flat('white'))).status).toBe(200);
    expect(await health()).toMatchObject({ status: 'ok', model: 'other' });
  });

  it('at the start: ends the start, with its reason', async () => {
    const config = join(scratchFolder(), 'lookout.yaml');
    writeFileSync(config, yaml);
    const data = join(scratchFolder(), 'data');
    const args = [
      '--model',
      modelFile({ endlessFrom: 0 }),
      '--config',
      config,
      '--data',
      data,
      '--port',
      '0',
      '--no-demo',
    ];
    const { code, stderr } = await runLookout(args);
    expect(stderr).toContain('Model endless did not finish a run within 2 s');
    expect(code).toBe(5);
  });
});
