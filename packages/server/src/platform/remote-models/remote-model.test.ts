import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookoutError } from '@lookout/protocol/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { type EncodedMessage, encodeMessage } from '../kserve/message.js';
import { openRemoteModel } from './remote-model.js';
import { RemoteRunner } from './remote-runner.js';
import { RemoteServers } from './remote-servers.js';
import type { RemoteSettings } from './server-addresses.js';

// A server that answers as it is told to: what a good one gives is tested end to end, against a real one.

type Handler = (request: IncomingMessage, response: ServerResponse, body: Buffer) => void;

let directory: string;
let server: Server;
let url: string;
let handle: Handler;
let connections = 0;

function serverOf(handler: Handler): Server {
  return createServer((request, response) => {
    const chunks: Buffer[] = [];
    request.on('data', (chunk: Buffer) => chunks.push(chunk));
    request.on('end', () => handler(request, response, Buffer.concat(chunks)));
  });
}

/** One more server. */
async function startPeer(handler: Handler): Promise<{ url: string } & AsyncDisposable> {
  const peer = serverOf(handler);
  await new Promise<void>((resolve) => peer.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(peer.address() as AddressInfo).port}`,
    [Symbol.asyncDispose]: async () => {
      peer.closeAllConnections();
      await new Promise((resolve) => peer.close(resolve));
    },
  };
}

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-remote-'));
  connections = 0;
  server = serverOf((...asked) => handle(...asked));
  server.on('connection', () => connections++);
  await listen();
});
afterEach(async () => {
  for (const servers of opened.splice(0)) servers.close();
  await stop();
  rmSync(directory, { recursive: true, force: true });
});

async function listen(port = 0): Promise<void> {
  await new Promise<void>((resolve) => server.listen(port, '127.0.0.1', resolve));
  url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
}

async function stop(): Promise<void> {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
}

/** YOLOv8 of two classes at 64×64, as Triton tells of it. */
const metadata = {
  name: 'road',
  versions: ['1'],
  platform: 'tensorrt_plan',
  inputs: [{ name: 'images', datatype: 'FP32', shape: [-1, 3, 64, 64] }],
  outputs: [{ name: 'output0', datatype: 'FP32', shape: [-1, 6, 84] }],
};
const json =
  (value: unknown, status = 200): Handler =>
  (_request, response) =>
    response.writeHead(status, { 'Content-Type': 'application/json' }).end(JSON.stringify(value));
const settings = (more: Partial<RemoteSettings> = {}): RemoteSettings => ({
  url: [url],
  model: 'road',
  timeout_ms: 2000,
  in_flight: 4,
  ...more,
});
const opened: RemoteServers[] = [];
const serversOf = (more: Partial<RemoteSettings> = {}) => {
  const servers = new RemoteServers(settings(more));
  opened.push(servers);
  return servers;
};
const open = async (more: Partial<RemoteSettings> = {}, servers?: RemoteServers) =>
  openRemoteModel(settings(more), servers ?? serversOf(more), directory);
/** Why a model is not known. */
const missing = async (more: Partial<RemoteSettings> = {}) => {
  const { remote, classNames } = await open(more);
  expect(classNames).toEqual([]);
  expect(remote!.missing).not.toContain('geheim');
  return remote!.missing;
};

async function code(work: Promise<unknown>): Promise<string> {
  const error = await work.catch((one: unknown) => one);
  if (!(error instanceof LookoutError)) throw new Error(`Expected a refusal, got ${String(error)}`);
  expect(error.message).not.toContain('geheim');
  return error.code;
}

describe('a model elsewhere', () => {
  it('is understood by its metadata', async () => {
    const paths: string[] = [];
    handle = (request, response, body) => {
      paths.push(`${request.method} ${request.url} ${request.headers.authorization}`);
      json(metadata)(request, response, body);
    };
    const parsed = new URL(url);
    const model = await open({ url: [`http://user:geh%40eim@${parsed.host}/kserve/v2/`], version: '3' });
    expect(model).toMatchObject({
      name: 'road@kserve',
      format: 'yolov8',
      classNames: ['class_0', 'class_1'],
      input: { kind: 'fixed', width: 64, height: 64 },
      letterbox: { anchor: 'center', fill: 114 },
      preparation: { layout: 'RGB', scale: 1 / 255 },
      remote: { urls: [`${url}/kserve`], model: 'road' },
    });
    const basic = Buffer.from('user:geh@eim').toString('base64');
    expect(paths).toEqual([`GET /kserve/v2/models/road/versions/3 Basic ${basic}`]);
  });

  it('is called what the file beside the settings says, before what the server says', async () => {
    const detector = JSON.stringify({ names: ['a', 'b'], fill: 0, letterbox: 'top-left' });
    handle = json({ ...metadata, parameters: { detector } });
    expect(await open()).toMatchObject({ classNames: ['a', 'b'], letterbox: { anchor: 'top-left', fill: 0 } });
    const sidecar = join(directory, 'road.yaml');
    writeFileSync(sidecar, 'names: [pothole, crack]\n');
    expect(await open({ sidecar })).toMatchObject({ classNames: ['pothole', 'crack'], letterbox: { fill: 0 } });
    expect(await code(open({ sidecar: join(directory, 'none.yaml') }))).toBe('config_invalid');
    handle = json({ ...metadata, parameters: { detector: '{"names": 5}' } });
    expect(await open()).toMatchObject({ classNames: ['class_0', 'class_1'] });
  });

  it('asks with its API key', async () => {
    handle = (request, response, body) => {
      const isIn = request.headers.authorization === 'Bearer lk_geheim';
      json(isIn ? metadata : { error: 'who are you' }, isIn ? 200 : 401)(request, response, body);
    };
    expect(await missing()).toMatch(/answered \/v2\/models\/road with 401 who are you\. Put a user/);
    expect(await open({ token: 'lk_geheim' })).toMatchObject({ format: 'yolov8' });
    const file = join(directory, 'token');
    writeFileSync(file, 'lk_geheim\n');
    expect(await open({ token_file: file })).toMatchObject({ format: 'yolov8' });
    writeFileSync(file, 'lk_geheim\nlk_other');
    expect(await code(open({ token_file: file }))).toBe('config_invalid');
    expect(await code(open({ token_file: join(directory, 'none') }))).toBe('config_invalid');
  });

  it('is refused where the settings are wrong', async () => {
    expect(await code(open({ url: ['rtsp://user:geheim@host'] }))).toBe('config_invalid');
    expect(await code(open({ url: [url, `${url}/v2`] }))).toBe('config_invalid');
    expect(await code(open({ model: undefined }))).toBe('config_invalid');
  });

  it.each([
    ['does not have it', json({ error: 'unknown model' }, 404), /answered \/v2\/models\/road with 404 unknown model$/],
    ['is something else', json({ hello: 'world' }), /invalid metadata for road: name: expected a string/],
    ['is a web page', (_request, response) => void response.end('<html>'), /invalid metadata for road: .*JSON/],
    ['is busy', json({}, 503), /answered \/v2\/models\/road with 503$/],
    [
      'has a classifier',
      json({ ...metadata, outputs: [{ name: 'output0', datatype: 'FP32', shape: [1, 1000] }] }),
      /classifier/,
    ],
    [
      'has another type',
      json({ ...metadata, inputs: [{ name: 'images', datatype: 'BF16', shape: [1, 3, 64, 64] }] }),
      /BF16/,
    ],
  ] satisfies [string, Handler, RegExp][])(
    'is not known while the server %s, and says why',
    async (_name, bad, words) => {
      handle = bad;
      expect(await missing()).toMatch(words);
      handle = json(metadata);
      expect((await open()).remote!.missing).toBeUndefined();
      // Known from now on, whatever becomes of the server.
      handle = bad;
      expect(await open()).toMatchObject({ format: 'yolov8' });
    },
  );

  it('is known from before while its server is away', async () => {
    handle = json(metadata);
    const known = await open();
    await stop();
    expect(await open()).toEqual(known);
    expect(await missing({ model: 'other' })).toMatch(/is not reachable: ECONNREFUSED/);
    await listen();
  });
});

describe('a run elsewhere', () => {
  const image = { name: 'images', type: 'float32', dims: [1, 3, 64, 64], data: new Float32Array(3 * 64 * 64) } as const;
  const answer = ({ fill = 0.5 } = {}) => {
    const tensor = {
      name: 'output0',
      datatype: 'FP32',
      shape: [1, 6, 84],
      data: new Float32Array(504).fill(fill),
    } as const;
    return encodeMessage('outputs', { model_name: 'road' }, [tensor], () => true);
  };
  const send = (response: ServerResponse, { headerLength, body }: EncodedMessage) =>
    void response.writeHead(200, { 'Inference-Header-Content-Length': headerLength! }).end(body);
  const good: Handler = (_request, response) => send(response, answer());
  let runner: RemoteRunner;

  it('refuses at once while the model is not known', async () => {
    handle = json({ error: 'unknown model' }, 404);
    await runnerOf({}, handle);
    expect(() => runner.check()).toThrow(/404 unknown model/);
    expect(await code(runner.run([image]))).toBe('unavailable');
  });

  async function runnerOf(more: Partial<RemoteSettings> = {}, first = json(metadata)): Promise<void> {
    handle = first;
    const servers = serversOf(more);
    const { remote } = await open(more, servers);
    runner = new RemoteRunner(remote!, (...asked) => servers.infer(...asked));
  }

  it('sends tensors as binary data over one connection', async () => {
    await runnerOf();
    const lengths: string[] = [];
    handle = (request, response, body) => {
      const header = Number(request.headers['inference-header-content-length']);
      const { inputs } = JSON.parse(body.subarray(0, header).toString());
      lengths.push(`${JSON.stringify(inputs[0].shape)} ${body.length - header}`);
      good(request, response, body);
    };
    for (let i = 0; i < 3; i++) {
      const [output] = await runner.run([image]);
      expect(output).toMatchObject({ name: 'output0', type: 'float32', dims: [1, 6, 84] });
      expect(output!.data).toEqual(new Float32Array(504).fill(0.5));
    }
    expect(lengths).toEqual(Array(3).fill('[1,3,64,64] 49152'));
    // The metadata came over it too.
    expect(connections).toBe(1);
  });

  it('takes outputs as JSON too', async () => {
    await runnerOf();
    handle = json({
      model_name: 'road',
      outputs: [{ name: 'output0', datatype: 'FP32', shape: [1, 6, 84], data: Array(504).fill(2) }],
    });
    expect((await runner.run([image]))[0]!.data).toEqual(new Float32Array(504).fill(2));
  });

  /** Answers of 200 that make no sense. */
  const nonsense: [string, Handler][] = [
    ['a page', (_request, response) => void response.end('<html>')],
    ['no outputs', json({ model_name: 'road', outputs: [] })],
    ['another output', json({ model_name: 'road', outputs: [{ name: 'x', datatype: 'FP32', shape: [1], data: [1] }] })],
    [
      'another type',
      json({ model_name: 'road', outputs: [{ name: 'output0', datatype: 'INT8', shape: [1], data: [1] }] }),
    ],
    [
      'a shape that lies',
      json({ model_name: 'road', outputs: [{ name: 'output0', datatype: 'FP32', shape: [9], data: [1] }] }),
    ],
    [
      'a giant shape',
      json({ model_name: 'road', outputs: [{ name: 'output0', datatype: 'FP32', shape: [9e9], data: [] }] }),
    ],
    [
      'another shape',
      json({ model_name: 'road', outputs: [{ name: 'output0', datatype: 'FP32', shape: [1, 2], data: [1, 2] }] }),
    ],
    ['NaN', (_request, response) => send(response, answer({ fill: Number.NaN }))],
  ];

  it.each([...nonsense, ['a refusal', json({ error: 'unexpected shape' }, 400)], ['a fault', json({}, 500)]] satisfies [
    string,
    Handler,
  ][])('fails in words at %s, and the next goes well', async (_name, bad) => {
    await runnerOf();
    handle = bad;
    expect(await code(runner.run([image]))).toBe('inference_failed');
    handle = good;
    await runner.run([image]);
  });

  it.each(nonsense)('goes to another server where one answers with %s, which is then left out', async (_name, lie) => {
    await using other = await startPeer((request, response, body) =>
      (request.method === 'GET' ? json(metadata) : lie)(request, response, body),
    );
    // Nobody asks again.
    const servers = new RemoteServers(settings({ url: [other.url, url] }), { now: () => 0, later: () => () => {} });
    opened.push(servers);
    handle = json(metadata);
    const { remote } = await open({}, servers);
    runner = new RemoteRunner(remote!, (...asked) => servers.infer(...asked));
    const outcomes: string[] = [];
    const reasons: string[] = [];
    servers.events = {
      onRequest: (from, outcome) => outcomes.push(`${from === url ? 'good' : 'lying'} ${outcome}`),
      onAway: (from, reason) => reasons.push(`${from}: ${reason}`),
      onBack: () => undefined,
    };
    handle = good;
    for (let i = 0; i < 3; i++) expect((await runner.run([image]))[0]!.data[0]).toBe(0.5);
    expect(outcomes).toEqual(['lying invalid', 'good answered', 'good answered', 'good answered']);
    expect(reasons).toEqual([expect.stringMatching(/^http.*: The KServe server .* returned an invalid answer: /)]);
    expect(servers.states()[0]).toMatchObject({ url: other.url, away: expect.stringContaining('invalid answer') });
  });
});
