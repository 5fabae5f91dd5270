import type { LogLine } from '@lookout/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { LogRing } from '../../platform/logging/log-ring.js';
import { startTestApp, type TestApp } from '../../testing/test-app.js';
import { logRoutes } from './log.js';

const log = new LogRing();
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({ app: { plugins: [logRoutes({ log, now: () => performance.now() })] } });
  add(30, 'first');
  add(40, 'second');
});
afterAll(() => app.close());

const add = (level: number, msg: string) => log.add(JSON.stringify({ level, time: Date.now(), msg }));
const get = async (query = '') => (await fetch(`${app.base}/api/log${query}`)).json() as Promise<LogLine[]>;

/** Reads the stream until it has so many lines. */
async function read(query: string, count: number, lastEventId?: number, meanwhile?: () => void): Promise<string[]> {
  const abort = new AbortController();
  const headers: Record<string, string> = lastEventId === undefined ? {} : { 'Last-Event-ID': String(lastEventId) };
  const response = await fetch(`${app.base}/api/log/stream${query}`, { headers, signal: abort.signal });
  let text = '';
  const lines = () => [...text.matchAll(/^data: (.*)$/gm)].map(([, json]) => (JSON.parse(json!) as LogLine).message);
  let isConnected = false;
  for await (const chunk of response.body as unknown as AsyncIterable<Uint8Array>) {
    text += Buffer.from(chunk).toString();
    if (!isConnected) meanwhile?.();
    isConnected = true;
    if (lines().length >= count) break;
  }
  abort.abort();
  return lines();
}

it('lists the newest lines of a level', async () => {
  expect((await get()).map(({ message }) => message)).toEqual(['first', 'second']);
  expect((await get('?level=warn')).map(({ message }) => message)).toEqual(['second']);
  expect((await get('?limit=1')).map(({ message }) => message)).toEqual(['second']);
  for (const query of ['?level=loud', '?limit=0', '?limit=1e9', '?after=1']) {
    expect((await fetch(`${app.base}/api/log${query}`)).status).toBe(400);
  }
});

it('follows new lines only, or continues after a line', async () => {
  const following = await read('?level=warn', 1, undefined, () => {
    add(30, 'third');
    add(50, 'fourth');
  });
  expect(following).toEqual(['fourth']);
  expect(await read('', 3, 1)).toEqual(['second', 'third', 'fourth']);
});
