import { beforeAll, describe, expect, it } from 'vitest';
import { ApiDescription, type OpenApi, type Operation } from './support/fuzz/api-description.js';
import { type Answer, exchange } from './support/fuzz/exchange.js';
import { Failures } from './support/fuzz/failures.js';
import { fuzzHint } from './support/fuzz/hints.js';
import { judge } from './support/fuzz/judge.js';
import { KnownValues } from './support/fuzz/known-values.js';
import { Random } from './support/fuzz/random.js';
import { type RawRequest, RequestMaker } from './support/fuzz/request-maker.js';
import { expectSound } from './support/fuzz/sound.js';
import type { LookoutProcess } from './support/lookout-process.js';
import { startCamera, startLookout, streetJpegs } from './support/start.js';

/** Requests of each operation: a few by default, as many as wanted for a long run. */
const turns = Number(process.env.FUZZ_TURNS ?? 32);
/** The same seed sends the same requests, but for the names that the server makes up. */
const seed = Number(process.env.FUZZ_SEED ?? 1);
const concurrency = 6;
/** Cameras that the run made itself and keeps; each reads something. */
const maxCameras = 4;

let lookout: LookoutProcess;
let api: ApiDescription;
let maker: RequestMaker;
const known = new KnownValues();
const made: string[] = [];

beforeAll(async () => {
  const camera = await startCamera({ fps: 10 }, 'file');
  lookout = await startLookout({ sources: [camera.url] }, 'file');
  api = new ApiDescription(await lookout.json<OpenApi>('/openapi.json'));
  const jpeg = Buffer.from((await streetJpegs())[0] as Uint8Array);
  maker = new RequestMaker(api, known, fuzzHint({ jpeg, cameraUrl: camera.url }), jpeg);
  const [source] = await lookout.json<Array<{ id: string }>>('/api/cameras');
  await lookout.cameraIs(source?.id as string, 'live');
  known.learn(source, '/api/cameras');
  known.learn(await lookout.send('POST', '/api/cameras', { id: 'phone', kind: 'push' }), '/api/cameras');
  known.learn(await lookout.send('POST', '/stream/sessions', {}), '/stream/sessions');
  known.learn(await lookout.json('/api/models'), '/api/models');
});

interface Sent {
  operation: Operation;
  request: RawRequest;
  answer: Answer | undefined;
}

async function send(operation: Operation, turn: number, index: number): Promise<Sent> {
  const random = new Random(seed * 1_000_003 + index * 7919 + turn);
  const request = maker.make(operation, random, turn);
  const answer = await exchange(lookout.port, request);
  if (answer && answer.status < 300 && /json/.test(answer.headers['content-type'] ?? '')) {
    const value = JSON.parse(String(answer.body)) as { id?: string };
    known.learn(value, operation.path);
    if (operation.name === 'POST /api/cameras') await keepFew(value.id as string);
  }
  if (request.method === 'DELETE' && answer?.status === 204) forget(request.target);
  return { operation, request, answer };
}

function forget(target: string): void {
  const path = target.split('?', 1)[0] as string;
  known.forget(decodeURIComponent(path.slice(path.lastIndexOf('/') + 1)));
}

/** Each camera reads something: only a few are kept. */
async function keepFew(id: string): Promise<void> {
  made.push(id);
  const oldest = made.length > maxCameras ? made.shift() : undefined;
  if (oldest === undefined) return;
  known.forget(oldest);
  await lookout.fetch(`/api/cameras/${oldest}`, { method: 'DELETE' });
}

function tell({ request, answer }: Sent): string {
  const { method, target, headers, body } = request;
  const sent = `${method} ${target.slice(0, 200)} ${JSON.stringify(headers).slice(0, 200)} ${String(body ?? '').slice(0, 300)}`;
  return `sent ${sent}\n  got ${answer?.status} ${String(answer?.body).slice(0, 300)}`;
}

describe(`every route, ${turns} requests each, seed ${seed}`, () => {
  it('answers right and wrong requests as it says it does', { timeout: 60_000 + turns * 3000 }, async () => {
    const queue = Array.from({ length: turns }, (_, turn) =>
      api.calls.map((operation, index) => ({ operation, turn, index })),
    ).flat();
    const succeeded = new Set<string>();
    const failures = new Failures();
    let answered = 0;
    const work = async () => {
      for (let next = queue.shift(); next; next = queue.shift()) {
        const { operation, turn, index } = next;
        try {
          const sent = await send(operation, turn, index);
          if (!sent.answer) continue;
          answered++;
          if (sent.answer.status < 300) succeeded.add(operation.name);
          const why = judge(api, operation, sent.answer);
          if (why !== undefined) failures.add(`${operation.name}: ${why}`, tell(sent));
        } catch (error) {
          failures.add(`${operation.name}: ${error}`, `turn ${turn}`);
        }
      }
    };
    await Promise.all(Array.from({ length: concurrency }, work));
    expect(failures.text).toBe('');
    // Requests that are all refused at the door would test nothing.
    const never = api.calls.filter(({ name }) => !succeeded.has(name)).map(({ name }) => name);
    expect(never.length, `never succeeded: ${never.join(', ')}`).toBeLessThan(api.calls.length / 4);
    expect(answered).toBeGreaterThan(api.calls.length * turns * 0.8);
    await expectSound(lookout);
  });
});

describe('paths and methods that are nowhere', () => {
  it('are refused, in one shape', async () => {
    const methods = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS', 'TRACE', 'PROPFIND', 'LOCK', 'QUERY'];
    const failures = new Failures();
    for (let turn = 0; turn < turns * 8; turn++) {
      const random = new Random(seed * 999_983 + turn);
      const operation = random.pick(api.operations);
      const method = random.pick(methods);
      const target = random.make([
        () => maker.target(operation, random, 0.3, true),
        () => `${maker.target(operation, random, 0, false).replace('?', '/')}/more`,
        () => `/${random.pick(['/', '.', '%', '*', '\\', '\xe4', ':id', '..;/'])}${random.below(99)}`,
      ]);
      const request = { method, target, headers: {}, body: undefined };
      const described = api.operations.find((each) => each.method === method && each.path === operation.path);
      try {
        const answer = (await exchange(lookout.port, request)) as Answer;
        // A path may lead to another operation than the one it was made from.
        if (answer.status < 400) continue;
        const why = judge(api, described ?? { name: '', method, path: '' }, answer);
        if (why !== undefined)
          failures.add(`${method} ${operation.path}: ${why}`, tell({ operation, request, answer }));
      } catch (error) {
        failures.add(`${method} ${operation.path}: ${error}`, target);
      }
    }
    expect(failures.text).toBe('');
    await expectSound(lookout);
  });
});
