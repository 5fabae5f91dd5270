import { createServer, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { UpdateCheck } from './update-check.js';
import { isNewer } from './version-order.js';

let server: Server;
let requests: number;
let answer: (response: ServerResponse) => void;
let settings: { url: string | undefined; daily: boolean };
let timers: Array<{ run: () => void; delayMs: number; cancelled: boolean }>;
let nowMs: number;
let check: UpdateCheck;

beforeEach(async () => {
  requests = 0;
  nowMs = 1_000_000_000_000;
  timers = [];
  answer = (response) => void response.end('{"version":"1.3.0"}');
  server = createServer((_request, response) => {
    requests++;
    answer(response);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  settings = { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}/latest`, daily: false };
  check = new UpdateCheck({
    current: '1.2.3',
    url: () => settings.url,
    isDaily: () => settings.daily,
    onFault: () => undefined,
    now: () => nowMs,
    later: (run, delayMs) => {
      const timer = { run, delayMs, cancelled: false };
      timers.push(timer);
      return () => {
        timer.cancelled = true;
      };
    },
  });
});
afterEach(async () => {
  check.close();
  server.closeAllConnections();
  await new Promise((resolve) => server.close(resolve));
});
const waiting = () => timers.filter(({ cancelled }) => !cancelled).map(({ delayMs }) => delayMs);

describe('UpdateCheck', () => {
  it('asks nobody until it is told to, or the owner wants it daily', async () => {
    check.schedule();
    expect(check.state()).toMatchObject({ current: '1.2.3', daily: false });
    expect([requests, waiting()]).toEqual([0, []]);
    settings.daily = true;
    check.schedule();
    expect(waiting()).toEqual([0]);
    timers.at(-1)?.run();
    await expect.poll(() => waiting().at(-1)).toBe(24 * 3600_000);
    expect(requests).toBe(1);
    settings.daily = false;
    check.schedule();
    expect(waiting()).toEqual([]);
  });

  it.each([
    ['{"version":"1.3.0"}', '1.3.0', true],
    ['{"tag_name":"v1.2.3","name":"x"}', '1.2.3', false],
    ['{"tag_name":"v1.2.2"}', '1.2.2', false],
  ])('reads npm and GitHub: %s', async (body, latest, newer) => {
    answer = (response) => void response.end(body);
    expect(await check.check()).toMatchObject({ latest, newer, checked_at: nowMs });
  });

  it.each<[string, (response: ServerResponse) => void, RegExp]>([
    ['an error', (response) => void response.writeHead(404).end(), /answered 404/],
    ['a page', (response) => void response.end('<html>'), /not JSON/],
    ['something else', (response) => void response.end('{"a":1}'), /names no version/],
    ['far too much', (response) => void response.end(`"${'x'.repeat(600_000)}"`), /too long/],
    ['nothing', (response) => void response.destroy(), /can’t be used/],
  ])('says why it learned nothing: %s', async (_name, told, why) => {
    answer = told;
    const state = await check.check();
    expect(state.error).toMatch(why);
    expect(state.latest).toBeUndefined();
  });

  it('asks once for all who ask at the same time, and nobody without an address', async () => {
    await Promise.all([check.check(), check.check()]);
    expect(requests).toBe(1);
    settings.url = undefined;
    await expect(check.check()).rejects.toMatchObject({ code: 'conflict' });
    expect(requests).toBe(1);
  });
});

it.each([
  ['1.2.4', '1.2.3', true],
  ['1.10.0', '1.9.9', true],
  ['2.0.0', '10.0.0', false],
  ['1.2.3', '1.2.3-rc.1', true],
  ['1.2.3-rc.1', '1.2.3', false],
  ['1.2.3', '1.2.3', false],
  ['latest', '1.2.3', false],
])('%s is newer than %s: %s', (version, than, newer) => {
  expect(isNewer(version, than)).toBe(newer);
});
