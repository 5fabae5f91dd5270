import { mkdtempSync, rmSync } from 'node:fs';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openRemoteModel } from '../remote-models/remote-model.js';
import { RemoteRunner } from '../remote-models/remote-runner.js';
import { RemoteServers } from '../remote-models/remote-servers.js';

// Peers that answer as MLServer 1.7.1 and KServe 0.21.0 do, recorded from them with a model of 1×3×64×64 to 1×6×84. The servers themselves
// are asked by `npm run test:peers`.

interface Answer {
  status: number;
  body: string;
}

/** A server, by what it says of its model and how it answers a run. */
interface Peer {
  metadata: string;
  infer(request: IncomingMessage, body: Buffer): Answer;
}

const numbers = Array.from({ length: 6 * 84 }, (_, i) => Math.fround(i / 7));
/** As Python writes them: whole numbers with a point, others as those of FP64. */
const data = numbers.map((value) => (Number.isInteger(value) ? `${value}.0` : String(value))).join(',');
const binaryLength = 'inference-header-content-length';

const mlserver: Peer = {
  metadata:
    '{"name":"road","versions":[],"platform":"onnx","inputs":[{"name":"images","datatype":"FP32","shape":[1,3,64,64]}],"outputs":[{"name":"output0","datatype":"FP32","shape":[1,6,84]}],"parameters":{}}',
  infer: (request, body) => {
    if (request.headers['content-type'] !== 'application/json' || !isJson(body)) {
      const input = JSON.stringify(body.toString('latin1').slice(0, 100));
      return {
        status: 422,
        body: `{"detail":[{"type":"model_attributes_type","loc":["body"],"msg":"Input should be a valid dictionary or object to extract fields from","input":${input}}]}`,
      };
    }
    return {
      status: 200,
      body: `{"model_name":"road","id":"3f601419-30ab-4506-aadb-998bc7bc98a0","parameters":{},"outputs":[{"name":"output0","shape":[1,6,84],"datatype":"FP32","parameters":{"content_type":"np"},"data":[${data}]}]}`,
    };
  },
};

const kserve: Peer = {
  metadata:
    '{"name":"road","versions":null,"platform":"","inputs":[{"name":"images","datatype":"FP32","shape":[1,3,64,64]}],"outputs":[{"name":"output0","datatype":"FP32","shape":[1,6,84]}]}',
  infer: (request) => {
    if (request.headers['content-type'] === 'application/octet-stream' && !(binaryLength in request.headers)) {
      return {
        status: 400,
        body: `{"error":"received byte inputs, but the'inference-header-content-length' header is missing."}`,
      };
    }
    return {
      status: 200,
      body: `{"model_name":"road","model_version":null,"id":"1","parameters":null,"outputs":[{"name":"output0","shape":[1,6,84],"datatype":"FP32","parameters":null,"data":[${data}]}]}`,
    };
  },
};

function isJson(body: Buffer): boolean {
  try {
    JSON.parse(body.toString());
    return true;
  } catch {
    return false;
  }
}

let directory: string;
let server: Server;
let peer: Peer;
let runs: string[];

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-peers-'));
  runs = [];
  server = createServer((request, response) => void answer(request, response));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(async () => {
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
  rmSync(directory, { recursive: true, force: true });
});

async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  const { status, body } = request.url!.endsWith('/infer')
    ? peer.infer(request, Buffer.concat(chunks))
    : { status: 200, body: peer.metadata };
  if (request.url!.endsWith('/infer')) {
    runs.push(`${binaryLength in request.headers ? 'binary' : 'json'} ${status}`);
  }
  response.writeHead(status, { 'content-type': 'application/json' }).end(body);
}

async function open(url: string) {
  const settings = { url: [url], model: 'road', timeout_ms: 5000, in_flight: 4 };
  const servers = new RemoteServers(settings);
  const model = await openRemoteModel(settings, servers, directory);
  const runner = new RemoteRunner(model.remote!, (...asked) => servers.infer(...asked));
  return { model, runner, servers };
}

const image = { name: 'images', type: 'float32', dims: [1, 3, 64, 64], data: new Float32Array(3 * 64 * 64) } as const;

it.each([
  // It knows no binary data: asked once.
  ['MLServer', mlserver, ['binary 422', 'json 200', 'json 200']],
  // It takes binary data, answers in JSON, and writes null for what it leaves out.
  ['KServe', kserve, ['binary 200', 'binary 200']],
])('%s is understood, and its model is run', async (_name, known, expected) => {
  peer = known;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { model, runner, servers } = await open(url);
  expect(model).toMatchObject({ format: 'yolov8', classNames: ['class_0', 'class_1'] });
  expect(model.remote!.missing).toBeUndefined();
  try {
    for (let i = 0; i < 2; i++) {
      const [output] = await runner.run([image]);
      expect(output).toMatchObject({ name: 'output0', type: 'float32', dims: [1, 6, 84] });
      expect(output!.data).toEqual(Float32Array.from(numbers));
    }
    expect(runs).toEqual(expected);
  } finally {
    servers.close();
  }
});

it('a server that begins to refuse is asked both ways again, and its own reason is told', async () => {
  peer = kserve;
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  const { runner, servers } = await open(url);
  try {
    await runner.run([image]);
    peer = { ...kserve, infer: mlserver.infer };
    await expect(runner.run([image])).rejects.toThrow(/422 Input should be a valid dictionary or object/);
    await runner.run([image]);
    expect(runs).toEqual(['binary 200', 'binary 422', 'binary 422', 'json 200']);
  } finally {
    servers.close();
  }
});
