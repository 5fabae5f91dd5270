import { createServer } from 'node:net';
import { type Health, Problem, type Version } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { openPage } from './support/browser.js';
import { HttpStream } from './support/http-stream.js';
import { keep } from './support/keep.js';
import { runLookout } from './support/lookout-process.js';
import { RawSocket } from './support/socket.js';
import { startCamera, startLookout } from './support/start.js';
import { until } from './support/until.js';

describe('what machines ask', () => {
  it('is answered: health, readiness, version, metrics', async () => {
    const lookout = await startLookout({ demo: true });
    await lookout.cameraIs('demo-street', 'live');
    expect((await lookout.json<Health>('/healthz')).status).toBe('ok');
    expect((await lookout.json<Health>('/readyz')).checks).toEqual({
      storage: 'ok',
      workers: 'ok',
      threads: 'ok',
      files: 'ok',
      model: 'ok',
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

  it('is described: OpenAPI, and a page to try it out', async () => {
    const lookout = await startLookout();
    const description = await lookout.json<{ openapi: string; paths: object }>('/openapi.json');
    expect(description.openapi).toMatch(/^3\.1/);
    expect(Object.keys(description.paths)).toEqual(
      expect.arrayContaining([
        '/api/cameras',
        '/api/cameras/{id}',
        '/video_feed',
        '/ws/view/{token}',
        '/ws/stream/{camera}',
      ]),
    );
    const { page, complaints } = await openPage(`${lookout.url}/docs`);
    await page.getByRole('heading', { name: /^Lookout/ }).waitFor();
    await page.getByText('/api/cameras/probe').first().waitFor();
    expect(complaints).toEqual([]);
  });

  it('is refused in one shape, pages and sockets included', async () => {
    const lookout = await startLookout();
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
    const lookout = await startLookout({ yaml: `cameras: [{ id: yard, url: '${camera.url}' }]` });
    await lookout.cameraIs('yard', 'live');
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/yard`);
    const stream = await RawSocket.open(`${lookout.wsUrl}/ws/stream/yard`);
    const feed = await HttpStream.open(`${lookout.url}/video_feed`);
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
    const lookout = await startLookout({
      sources: [mute.url, 'http://127.0.0.1:9/a', 'demo:street', 'rtsp://127.0.0.1:9/b'],
    });
    await lookout.cameraIs('street', 'live');
    const { code, tookMs } = await lookout.end('SIGINT');
    expect(code).toBe(0);
    expect(tookMs).toBeLessThan(3000);
  });
});

describe('a start that cannot succeed', () => {
  it('says that the port is taken', async () => {
    const other = createServer();
    await new Promise<void>((resolve) => other.listen(0, '127.0.0.1', resolve));
    keep(other, () => other.close());
    const { port } = other.address() as { port: number };
    const { code, stderr } = await runLookout(['--port', String(port), '--no-demo']);
    expect(code).toBe(3);
    expect(stderr).toContain(`Port ${port}`);
    expect(stderr).toContain('--port');
  });

  it('says that another server uses the data directory, and harms neither', async () => {
    const lookout = await startLookout();
    const { code, stderr } = await runLookout(['--port', '0', '--data', lookout.data, '--no-demo']);
    expect(code).toBe(4);
    expect(stderr).toContain(lookout.data);
    await lookout.addCamera({ id: 'yard', url: 'http://127.0.0.1:9/stream' });
    expect((await lookout.camera('yard')).id).toBe('yard');
  });

  it('says which setting is wrong, by its name', async () => {
    for (const [args, words] of [
      [
        ['--port', '99999'],
        ['--port', '65535'],
      ],
      [['--sauce', 'x'], ['--sauce']],
      [['--source', 'nonsense'], ['address']],
      [['--config', '/nowhere/lookout.yaml'], ['/nowhere/lookout.yaml']],
    ] as const) {
      const { code, stderr } = await runLookout(args);
      expect(code, args.join(' ')).toBe(2);
      for (const word of words) expect(stderr).toContain(word);
    }
    const { code, stderr } = await runLookout(['--model', '/nowhere/best.onnx']);
    expect(code).toBe(5);
    expect(stderr).toContain('/nowhere/best.onnx');
  });
});
