import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ApiDescription, type OpenApi, type Operation, pointer } from './support/fuzz/api-description.js';
import { type Answer, exchange } from './support/fuzz/exchange.js';
import { Failures } from './support/fuzz/failures.js';
import { fuzzHint } from './support/fuzz/hints.js';
import { JsonValues } from './support/fuzz/json-values.js';
import { judgeProblem } from './support/fuzz/judge.js';
import { KnownValues } from './support/fuzz/known-values.js';
import { Random } from './support/fuzz/random.js';
import { RequestMaker } from './support/fuzz/request-maker.js';
import { SocketTalk } from './support/fuzz/socket-talk.js';
import { expectSound } from './support/fuzz/sound.js';
import { keep } from './support/keep.js';
import type { LookoutProcess } from './support/lookout-process.js';
import { startCamera, startLookout, streetJpegs } from './support/start.js';
import { until } from './support/until.js';

/** As of the fuzz of routes; a turn is one socket and all it is sent. */
const turns = Math.ceil(Number(process.env.FUZZ_TURNS ?? 32) / 8);
const seed = Number(process.env.FUZZ_SEED ?? 1);
const messagesPerSocket = 120;
/** How a socket may be ended: in order, by a rule of WebSocket or of ours. Not by a failure of the server, nor without a word. */
const fairCloses = [1000, 1005, 1001, 1002, 1007, 1008, 1009, 4001, 4003, 4004, 4005];

let lookout: LookoutProcess;
let api: ApiDescription;
let maker: RequestMaker;
let talk: SocketTalk;

beforeAll(async () => {
  const camera = await startCamera({ fps: 10 }, 'file');
  lookout = await startLookout({ sources: [camera.url] }, 'file');
  api = new ApiDescription(await lookout.json<OpenApi>('/openapi.json'));
  const jpeg = Buffer.from((await streetJpegs())[0] as Uint8Array);
  const hint = fuzzHint({ jpeg, cameraUrl: camera.url });
  const known = new KnownValues();
  maker = new RequestMaker(api, known, hint, jpeg);
  talk = new SocketTalk(new JsonValues(api, hint), jpeg);
  const [source] = await lookout.json<Array<{ id: string }>>('/api/cameras');
  await lookout.cameraIs(source?.id as string, 'live');
  known.learn(source, '/api/cameras');
  known.learn(await lookout.send('POST', '/api/cameras', { id: 'phone', kind: 'push' }), '/api/cameras');
  known.learn(await lookout.json('/api/models'), '/api/models');
});

const upgrade = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': Buffer.alloc(16, 7).toString('base64'),
};

/** Opens one where its path and query allow; undefined where they are refused. */
function open(target: string): Promise<WebSocket | undefined> {
  const socket = new WebSocket(lookout.wsUrl + target, { perMessageDeflate: false });
  keep(socket, () => socket.terminate());
  return new Promise((resolve) => {
    socket.once('open', () => resolve(socket));
    socket.on('error', () => resolve(undefined));
  });
}

async function openOne(operation: Operation, random: Random): Promise<WebSocket> {
  for (let attempt = 0; attempt < 50; attempt++) {
    const socket = await open(maker.target(operation, random, 0, false));
    if (socket) return socket;
  }
  throw new Error(`${operation.name} was never opened`);
}

describe(`every WebSocket, seed ${seed}`, () => {
  it('is opened, or refused by a problem document', { timeout: 120_000 + turns * 10_000 }, async () => {
    const failures = new Failures();
    const statuses = new Set<number>();
    for (let turn = 0; turn < turns * 10; turn++) {
      for (const [index, operation] of api.sockets.entries()) {
        const random = new Random(seed * 15_485_863 + turn * 101 + index);
        const target = maker.target(operation, random, random.pick([0, 0.2, 0.5]), random.chance(0.3));
        const headers: Record<string, string> = { ...upgrade };
        if (random.chance(0.2)) headers[random.pick(Object.keys(upgrade))] = random.pick(['', 'x', '-1', 'é']);
        const request = { method: 'GET', target, headers, body: undefined };
        const answer = (await exchange(lookout.port, request)) as Answer;
        statuses.add(answer.status);
        const why = answer.status === 101 ? undefined : judgeProblem(api, answer);
        const failed = why ?? (answer.status >= 500 ? `status ${answer.status}` : undefined);
        if (failed) failures.add(`${operation.name}: ${failed}`, `${target.slice(0, 300)} ${JSON.stringify(headers)}`);
      }
    }
    expect(failures.text).toBe('');
    expect([...statuses]).toEqual(expect.arrayContaining([101, 400, 404, 426]));
    await expectSound(lookout);
  });

  it('answers right and wrong messages as it says it does', { timeout: 120_000 + turns * 20_000 }, async () => {
    const failures = new Failures();
    for (let turn = 0; turn < turns; turn++) {
      for (const [index, operation] of api.sockets.entries()) {
        await converse(operation, new Random(seed * 32_452_843 + turn * 211 + index), failures);
      }
    }
    expect(failures.text).toBe('');
    await until('nothing is kept for those that are gone', async () => {
      const { sessions } = await lookout.json<{ sessions: { open: number } }>('/stream/stats');
      const cameras = await lookout.json<Array<{ id: string }>>('/api/cameras');
      const stats = await Promise.all(cameras.map(({ id }) => lookout.stats(id)));
      return sessions.open === 0 && stats.every(({ viewer_count }) => viewer_count === 0);
    });
    await expectSound(lookout);
  });
});

async function converse(operation: Operation, random: Random, failures: Failures): Promise<void> {
  const socket = await openOne(operation, random);
  const messages = operation['x-messages'] ?? {};
  const schema = pointer('paths', operation.path, 'get', 'x-messages', 'server');
  let last = '';
  let answers = 0;
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) return;
    answers++;
    const complaint = messages.server ? api.complaint(schema, JSON.parse(String(data))) : 'it sends no text';
    if (complaint) failures.add(`${operation.name}: ${complaint}`, `after ${last}: ${String(data).slice(0, 300)}`);
  });
  let code: number | undefined;
  socket.once('close', (closed) => {
    code = closed;
  });
  for (let count = 0; count < messagesPerSocket && socket.readyState === WebSocket.OPEN; count++) {
    const { data, binary } = talk.make(messages.client, random);
    last = `${binary ? 'binary' : 'text'} ${String(data).slice(0, 120)}`;
    await new Promise((resolve) => socket.send(data, { binary }, resolve));
  }
  // Those that are still open have heard all of it when they answer a ping.
  if (socket.readyState === WebSocket.OPEN) {
    let ponged = false;
    socket.once('pong', () => {
      ponged = true;
    });
    socket.ping();
    await until('a pong, or the end', () => ponged || code !== undefined, { timeoutMs: 30_000 });
  }
  socket.close();
  await until('the end', () => code !== undefined, { timeoutMs: 30_000 });
  if (!fairCloses.includes(code as number)) failures.add(`${operation.name}: closed with ${code}`, last);
  // One that was ended by its first message had no time to say anything else; 1005 is our own goodbye.
  if (messages.client && code === 1005 && answers === 0) failures.add(`${operation.name}: it never answered`, last);
}
