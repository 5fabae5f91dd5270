import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Esp32Camera, makeTestJpegs } from '@lookout/media/testing';
import type { Camera, DetectionHealth, Health, Model, Problem } from '@lookout/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import type { WebSocket } from 'ws';
import { startWholeServer, until, type WholeServer } from '../../testing/whole-server.js';

// A whole server whose model is elsewhere, and a KServe server that is away or wrong from the start.

type State = 'away' | 'without the model' | 'refusing' | 'well';

let peer: Server;
let state: State;
let classNames: string[];
let server: WholeServer | undefined;
let camera: Esp32Camera | undefined;

beforeEach(async () => {
  state = 'away';
  classNames = ['pothole', 'crack'];
  peer = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  await server?.close();
  await camera?.close();
  server = undefined;
  camera = undefined;
  peer.closeAllConnections();
  await new Promise((resolve) => peer.close(resolve));
});

/** A YOLOv8 that finds one thing, of the first class, in the middle of every picture. */
async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  for await (const _ of request);
  const send = (status: number, body: unknown) =>
    response.writeHead(status, { 'content-type': 'application/json' }).end(JSON.stringify(body));
  if (state === 'away') return void response.destroy();
  if (state === 'without the model') return void send(404, { error: 'Model with name road does not exist.' });
  if (!request.url!.endsWith('/infer')) {
    const tensor = (name: string, shape: number[]) => [{ name, datatype: 'FP32', shape }];
    const parameters = { detector: JSON.stringify({ names: classNames }) };
    const outputs = tensor('output0', [1, 4 + classNames.length, 84]);
    send(200, {
      name: 'road',
      versions: null,
      platform: '',
      inputs: tensor('images', [1, 3, 64, 64]),
      outputs,
      parameters,
    });
  } else if (state === 'refusing') send(400, { error: 'unexpected shape' });
  else {
    const row = (value: (cell: number) => number) => Array.from({ length: 84 }, (_, cell) => value(cell));
    const rows = [32, 32, 20, 20].map((side) => row(() => side));
    const scores = classNames.map((_, id) => row((cell) => (id === 0 && cell === 0 ? 0.9 : 0.01)));
    const data = [...rows, ...scores].flat();
    const shape = [1, 4 + classNames.length, 84];
    const outputs = [{ name: 'output0', shape, datatype: 'FP32', parameters: null, data }];
    send(200, { model_name: 'road', model_version: null, id: '1', parameters: null, outputs });
  }
}

interface Watched {
  frames: number;
  classes: string[];
}

async function startAway(classes?: string[]): Promise<{ whole: WholeServer; viewer: WebSocket; seen: Watched }> {
  const { port } = peer.address() as AddressInfo;
  const whole = await startWholeServer({
    env: { KSERVE_URL: `http://user:geheim@127.0.0.1:${port}`, KSERVE_MODEL: 'road' },
    logLevel: 'info',
  });
  server = whole;
  camera = await Esp32Camera.start({ fps: 10, jpegs: await makeTestJpegs({ count: 10, width: 160, height: 120 }) });
  await whole.call('POST', '/api/cameras', { id: 'yard', url: camera.url, detect: { classes } });
  const viewer = await whole.connect('/ws/view/yard?mode=overlay');
  const seen: Watched = { frames: 0, classes: [] };
  viewer.on('message', (data, isBinary) => {
    if (isBinary) return;
    const { detections = [] } = JSON.parse(String(data)) as { detections?: { class_name: string }[] };
    seen.frames++;
    seen.classes = detections.map(({ class_name }) => class_name);
  });
  return { whole, viewer, seen };
}

const ready = async (whole: WholeServer) => (await whole.call<Health>('GET', '/readyz')).body;
const road = async (whole: WholeServer) => {
  const { body } = await whole.call<Model[]>('GET', '/api/models');
  return body.find(({ name }) => name === 'road@kserve')!;
};
const health = async (whole: WholeServer) => (await whole.call<DetectionHealth>('GET', '/stream/health')).body;

it.each([
  ['away', /is not reachable: ECONNRESET/],
  ['without the model', /answered \/v2\/models\/road with 404 Model with name road does not exist/],
] satisfies [State, RegExp][])(
  'a server that is %s leaves cameras running without boxes, and comes back by itself',
  async (first, words) => {
    state = first;
    const { whole, viewer, seen } = await startAway(['pothole', 'bump']);
    await until(() => seen.frames >= 5);
    expect(seen.classes).toEqual([]);
    await until(async () => (await ready(whole)).status === 'degraded');
    expect((await ready(whole)).checks.model).toMatch(words);
    const unknown = await road(whole);
    expect(unknown).toMatchObject({ format: 'unknown', input: 'unknown', classes: [], default: true });
    expect(unknown.warning).toMatch(words);
    expect((await health(whole)).reason).toMatch(words);
    await until(async () => words.test((await whole.call<Camera>('GET', '/api/cameras/yard')).body.state_reason));
    const refused = await whole.call<Problem>('POST', '/stream/sessions', { classes: ['pothole'] });
    expect([refused.status, refused.body.code]).toEqual([503, 'unavailable']);
    expect((await whole.call('GET', '/v2/models/road@kserve')).status).toBe(503);

    state = 'well';
    await until(() => seen.classes.includes('pothole'));
    await until(async () => (await ready(whole)).status === 'ok');
    expect(await road(whole)).toMatchObject({ format: 'yolov8', classes: ['pothole', 'crack'], device: 'kserve' });
    expect((await road(whole)).warning).toMatch(/looks for bump/);
    viewer.terminate();
    const told = JSON.stringify([await road(whole), await ready(whole)]) + whole.log.join('');
    expect(told).not.toContain('geheim');
  },
  60_000,
);

it('a server that refuses every run is told, and so is another model when it comes back with one', async () => {
  state = 'refusing';
  const { whole, viewer, seen } = await startAway();
  await until(async () => (await ready(whole)).status === 'degraded');
  expect((await ready(whole)).checks.model).toMatch(/400 unexpected shape/);
  const before = seen.frames;
  await until(() => seen.frames >= before + 5);
  expect(seen.classes).toEqual([]);
  classNames = ['bump'];
  state = 'well';
  await until(() => seen.classes.includes('bump'));
  await until(async () => (await ready(whole)).status === 'ok');
  expect((await road(whole)).classes).toEqual(['bump']);
  viewer.terminate();
}, 60_000);
