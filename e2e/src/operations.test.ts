import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Health, Problem, type SystemInfo, type Version } from '@lookout/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { HttpStream } from './support/http-stream.js';
import { type LookoutProcess, runLookout } from './support/lookout-process.js';
import { RawSocket } from './support/socket.js';
import { startCamera, startLookout } from './support/start.js';
import { until } from './support/until.js';

let lookout: LookoutProcess;
beforeAll(async () => {
  lookout = await startLookout({ demo: true }, 'file');
});

describe('what machines ask', () => {
  it('is answered: health, readiness, version, metrics', async () => {
    await lookout.cameraIs('demo-street', 'live');
    expect((await lookout.json<Health>('/healthz')).status).toBe('ok');
    expect((await lookout.json<Health>('/readyz')).checks).toEqual({
      storage: 'ok',
      workers: 'ok',
      threads: 'ok',
      files: 'ok',
      model: 'ok',
      events: 'ok',
    });
    expect(await lookout.json<Version>('/version')).toMatchObject({ name: 'lookout', node: process.version });
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/demo-street`);
    await viewer.framesAtLeast(3);
    const metrics = await lookout.fetch('/metrics');
    expect(metrics.headers.get('content-type')).toContain('text/plain');
    const text = await metrics.text();
    for (const line of text.split('\n'))
      expect(line).toMatch(/^$|^# (HELP|TYPE) |^[a-z_][a-z0-9_]*(\{.*\})? [-+\d.eE]+(NaN|Inf)?$/);
    expect(text).toMatch(/^lookout_[a-z_]+_bucket\{.*stage="infer".*\} \d+$/m);
    expect(text).toMatch(/^lookout_[a-z_]+\{.*camera="demo-street".*\} /m);
  });

  it('is refused in one shape, pages and sockets included', async () => {
    const refusals = await Promise.all([
      lookout.fetch('/api/cameras/nobody'),
      lookout.fetch('/api/nothing'),
      lookout.fetch('/api/cameras', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{' }),
      lookout.fetch('/api/cameras', { method: 'POST', headers: { 'content-type': 'application/json' }, body: '{}' }),
      lookout.fetch('/api/cameras', { method: 'POST', headers: { 'content-type': 'text/plain' }, body: 'x' }),
      lookout.fetch('/api/cameras', { method: 'PUT' }),
      lookout.fetch('/ws/view/nobody'),
    ]);
    for (const response of refusals) {
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      expect(Problem.parse(await response.json()).status).toBe(response.status);
    }
    expect(refusals.map(({ status }) => status)).toEqual([404, 404, 400, 400, 415, 405, 426]);
  });
});

describe('ending the server', () => {
  it('tells everybody, lets go of the camera, and is quick, in the middle of frames', async () => {
    const camera = await startCamera({ fps: 30 });
    await lookout.addCamera({ id: 'yard', url: camera.url });
    await lookout.cameraIs('yard', 'live');
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/yard`);
    const stream = await RawSocket.open(`${lookout.wsUrl}/ws/stream/yard`);
    const feed = await HttpStream.open(`${lookout.url}/video_feed?camera=yard`);
    await viewer.framesAtLeast(3);
    await stream.next('frame');
    await feed.partsAtLeast(2);
    const { code, tookMs } = await lookout.end('SIGTERM');
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(3000);
    for (const socket of [viewer, stream]) {
      await until('the socket is closed', () => socket.closed);
      expect(socket.closed).toMatchObject({ code: 1001, reason: 'The server is shutting down' });
    }
    await until('the camera is let go', () => camera.clientCount === 0);
    expect(lookout.output.stderr).toBe('');
    expect(lookout.output.stdout).not.toMatch(/"level":(50|60)/);
  });

  it('is quick too while cameras do not answer and videos play', async () => {
    const mute = await startCamera({ faults: { mute: true } });
    const own = await startLookout({
      sources: [mute.url, 'http://127.0.0.1:9/a', 'demo:street', 'rtsp://127.0.0.1:9/b'],
    });
    await own.cameraIs('street', 'live');
    const { code, tookMs } = await own.end('SIGINT');
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(3000);
  });
});

describe('a restart that the owner asks for', () => {
  it('takes the settings file as it is now, at the same address, and leaves a server that ends cleanly', async () => {
    const own = await startLookout({ yaml: 'timezone: Europe/Berlin\n' });
    const info = () => own.json<SystemInfo>('/api/system');
    const restart = () => own.fetch('/api/restart', { method: 'POST' });
    const { started_at: before } = await info();
    const file = join(own.directory, 'lookout.yaml');
    writeFileSync(file, 'timezone: Europe/Atlantis\n');
    const refused = await restart();
    expect(Problem.parse(await refused.json()).code).toBe('config_invalid');
    writeFileSync(file, 'timezone: Asia/Tokyo\n');
    expect((await restart()).status).toBe(204);
    const after = await until('it has started again', async () => {
      const now = await info().catch(() => undefined);
      return now?.started_at === before ? undefined : now;
    });
    expect(after.timezone).toBe('Asia/Tokyo');
    expect((await own.end('SIGTERM')).code).toBe(0);
  });
});

it('a start without its model says so', async () => {
  const { code, stderr } = await runLookout(['--model', '/nowhere/best.onnx']);
  expect(code).toBe(5);
  expect(stderr).toContain('/nowhere/best.onnx');
});
