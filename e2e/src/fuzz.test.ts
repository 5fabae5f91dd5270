import { makeClip } from '@lookout/media/testing';
import type { Camera } from '@lookout/protocol';
import fc, { type Arbitrary } from 'fast-check';
import { beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { ApiDescription, type OpenApi, type Operation, pointer } from './support/fuzz/api-description.js';
import { Arbitraries, RawRequest, SENT_SECRETS, type SocketMessage } from './support/fuzz/arbitraries.js';
import { type Answer, exchange } from './support/fuzz/exchange.js';
import { judge, judgeProblem } from './support/fuzz/judge.js';
import { expectSound } from './support/fuzz/sound.js';
import { Things } from './support/fuzz/things.js';
import type { LookoutProcess } from './support/lookout-process.js';
import { scratchFolder } from './support/scratch-folder.js';
import { startCamera, startLookout, streetJpegs } from './support/start.js';
import { until } from './support/until.js';

// `npm run fuzz -- --minutes M --seed N` sets these. The same seed sends the same requests, as many as there is time for.
const seed = Number(process.env.LOOKOUT_FUZZ_SEED ?? 1);
const budgetMs = Number(process.env.LOOKOUT_FUZZ_MINUTES ?? 1 / 6) * 60_000;
const RUNS_PER_ROUND = 5;
const MAX_BURST = 6;
const MAX_TALKS = 4;
const MAX_MESSAGES = 40;
/** How a socket may be ended: in order, by a rule of WebSocket or of ours. Not by a failure of the server, nor without a word. */
const FAIR_CLOSES = [1000, 1005, 1001, 1002, 1007, 1008, 1009, 4001, 4003, 4004, 4005];
const UPGRADE = {
  connection: 'Upgrade',
  upgrade: 'websocket',
  'sec-websocket-version': '13',
  'sec-websocket-key': Buffer.alloc(16, 7).toString('base64'),
};

/** The camera also stands in for a webhook's receiver: it refuses what it gets. */
const WEBHOOKS = 'webhooks: { allowed_hosts: [127.0.0.1] }\n';

let lookout: LookoutProcess;
let things: Things;
let api: ApiDescription;
let make: Arbitraries;

beforeAll(async () => {
  const camera = await startCamera({ fps: 10 }, 'file');
  const clip = makeClip(scratchFolder('file'), 'clip.mp4', '320x240');
  lookout = await startLookout({ sources: [camera.url, `file://${clip}`], yaml: WEBHOOKS }, 'file');
  api = new ApiDescription(await lookout.json<OpenApi>('/openapi.json'));
  make = new Arbitraries(api, await streetJpeg(), camera.url);
  things = new Things(lookout, camera.url);
  await things.restore();
});

const streetJpeg = async () => Buffer.from((await streetJpegs())[0] ?? []);

/** Tries the examples and, until its share of the time is over, other values. */
async function holds<T>(
  share: number,
  values: Arbitrary<T>,
  property: (value: T) => Promise<void>,
  given: T[] = [],
): Promise<void> {
  const endMs = performance.now() + budgetMs * share;
  let examples = given.map((each): [T] => [each]);
  // In small rounds, each of a seed of its own: a failure names the seed of its round.
  for (let round = 0; round === 0 || performance.now() < endMs; round++) {
    const numRuns = examples.length + RUNS_PER_ROUND;
    await fc.assert(fc.asyncProperty(values, property), { seed: seed + round, numRuns, examples });
    examples = [];
  }
}

function send({ method, target, headers, body, cutAfter }: RawRequest): Promise<Answer | undefined> {
  const isText = /json/.test(headers['content-type'] ?? '') && body;
  const filled = isText ? Buffer.from(things.fill(body.toString('latin1')), 'latin1') : body;
  return exchange(lookout.port, { method, target: things.fill(target), headers, body: filled, cutAfter });
}

const describeAnswer = ({ status, body }: Answer) => `${status} ${String(body).slice(0, 300)}`;

describe(`every route, seed ${seed}`, () => {
  it('answers right and wrong requests as described', { timeout: budgetMs * 2 + 60_000 }, async () => {
    const succeeded = new Set<string>();
    const check = async (request: RawRequest) => {
      const answer = await send(request);
      if (!answer) return;
      expect(judge(api, request.operation, answer), describeAnswer(answer)).toBeUndefined();
      if (answer.status < 300) succeeded.add(request.operation.name);
      await things.settle(request, answer);
    };
    const right = api.calls.map((operation) => make.right(operation));
    const any = fc.oneof(...right, ...api.calls.map((operation) => make.wrong(operation)));
    // First a right request of every route, all at once, twice.
    const samples = right.map((each) => fc.sample(each, { seed, numRuns: 2 }));
    const examples = [0, 1].map((turn) => samples.flatMap((each) => each[turn] ?? []));
    const bursts = fc.array(any, { minLength: 1, maxLength: MAX_BURST, size: 'max' });
    await holds(0.55, bursts, async (burst) => void (await Promise.all(burst.map(check))), examples);
    // Requests that are all rejected up front would test nothing. Some need things that this run lacks: other nodes, passkeys, players,
    // models for words and masks.
    const never = api.calls.filter(({ name }) => !succeeded.has(name)).map(({ name }) => name);
    expect(never.length, `never succeeded: ${never.join(', ')}`).toBeLessThan(0.45 * api.calls.length);
    await expectSound(lookout, [...SENT_SECRETS, ...things.secrets]);
  });

  it('refuses paths and methods that are not there', { timeout: budgetMs + 60_000 }, async () => {
    const method = fc.constantFrom('GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'QUERY');
    const operation = fc.constantFrom(...api.operations);
    const path = fc.oneof(
      operation.map((each) => `${each.path}/more`),
      operation.map((each) => each.path),
      fc
        .string({ unit: fc.constantFrom('/', '.', '%', '*', '\\', '\xe4', ':id', '..;/', 'x') })
        .map((each) => `/${each}`),
    );
    await holds(0.1, fc.tuple(method, path), async ([verb, target]) => {
      const answer = await exchange(lookout.port, { method: verb, target, headers: {} });
      if (!answer || answer.status < 400) return;
      expect(answer.status).toBeLessThan(500);
      expect(judgeProblem(api, answer), describeAnswer(answer)).toBeUndefined();
    });
  });
});

describe(`every WebSocket, seed ${seed}`, () => {
  it('is opened, or refused by a problem document', { timeout: budgetMs + 60_000 }, async () => {
    const request = fc.oneof(...api.sockets.flatMap((each) => [make.right(each), make.wrong(each)]));
    const oddity = fc.tuple(fc.constantFrom(...Object.keys(UPGRADE)), fc.constantFrom('', 'x', '-1', 'é'));
    const odd = fc.option(oddity, { freq: 3 });
    await holds(0.1, fc.tuple(request, odd), async ([{ target, operation }, change]) => {
      const headers = { ...UPGRADE, ...(change && { [change[0]]: change[1] }) };
      const answer = await send(new RawRequest(operation, target, headers));
      if (!answer || answer.status === 101) return;
      expect(answer.status).toBeLessThan(500);
      expect(judgeProblem(api, answer), describeAnswer(answer)).toBeUndefined();
    });
  });

  it('answers right and wrong messages as described', { timeout: budgetMs * 2 + 60_000 }, async () => {
    const talk = api.sockets.map((operation) => {
      const message = make.message(operation['x-messages']?.client);
      return fc.tuple(make.right(operation), fc.array(message, { maxLength: MAX_MESSAGES, size: 'max' }));
    });
    const examples = talk.map((each) => fc.sample(each, { seed, numRuns: 3 }));
    const opened = new Set<string>();
    const check = async ([{ operation, target }, messages]: [RawRequest, SocketMessage[]]) => {
      const socket = await open(things.fill(target));
      if (!socket) return;
      opened.add(operation.name);
      await converse(socket, operation, messages);
    };
    const talks = fc.array(fc.oneof(...talk), { minLength: 1, maxLength: MAX_TALKS, size: 'max' });
    await holds(0.25, talks, async (several) => void (await Promise.all(several.map(check))), examples);
    expect([...opened].sort()).toEqual(api.sockets.map(({ name }) => name).sort());
    const viewers = async () => {
      const cameras = await lookout.json<Camera[]>('/api/cameras');
      return Promise.all(cameras.map(async ({ id }) => (await lookout.stats(id)).viewer_count));
    };
    await until('nobody is left', async () => (await viewers()).every((count) => count === 0), { last: viewers });
    await expectSound(lookout, [...SENT_SECRETS, ...things.secrets]);
  });
});

/** Undefined where the query or path is refused. */
function open(target: string): Promise<WebSocket | undefined> {
  const socket = new WebSocket(lookout.wsUrl + target, { perMessageDeflate: false });
  return new Promise((resolve) => {
    socket.once('open', () => resolve(socket));
    socket.on('error', () => resolve(undefined));
  });
}

async function converse(socket: WebSocket, operation: Operation, messages: readonly SocketMessage[]): Promise<void> {
  const { server, client } = operation['x-messages'] ?? {};
  const schema = pointer('paths', operation.path, 'get', 'x-messages', 'server');
  const complaints: string[] = [];
  let answers = 0;
  let code: number | undefined;
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) return;
    answers++;
    const complaint = server ? api.complaint(schema, JSON.parse(String(data))) : 'it sends no text';
    if (complaint) complaints.push(`${complaint}: ${String(data).slice(0, 300)}`);
  });
  socket.once('close', (closed) => {
    code = closed;
  });
  for (const { data, isBinary } of messages) {
    if (socket.readyState !== WebSocket.OPEN) break;
    await new Promise((resolve) => socket.send(data, { binary: isBinary }, resolve));
  }
  // A socket that is still open has heard everything when it answers a ping.
  if (socket.readyState === WebSocket.OPEN) {
    const ponged = new Promise((resolve) => socket.once('pong', resolve).once('close', resolve));
    socket.ping();
    await ponged;
  }
  socket.close();
  await until('the end', () => code !== undefined, { everyMs: 5, timeoutMs: 30_000 });
  expect(complaints).toEqual([]);
  expect(FAIR_CLOSES).toContain(code);
  // 1005 is our own goodbye; whoever was sent enough has answered some of it.
  if (client && code === 1005 && messages.length > 20) expect(answers).toBeGreaterThan(0);
}
