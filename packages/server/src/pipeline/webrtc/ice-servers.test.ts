import type { IceServer } from '@lookout/media';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { IceServers } from './ice-servers.js';

const STUN: IceServer = { url: 'stun:192.0.2.1:3478' };
const TURN: IceServer = { url: 'turn:192.0.2.2:3478', username: 'lookout', credential: 'sesame' };

let problems: Record<string, string | undefined>;
let log: string[];
let tries: number;
let servers: IceServers;

beforeEach(() => {
  vi.useFakeTimers();
  problems = {};
  log = [];
  tries = 0;
  const tell = ({ url }: { url?: string }, line?: string) => void log.push(`${url} ${line}`);
  servers = new IceServers({
    servers: [STUN, TURN],
    tryServer: async ({ url }) => {
      tries += 1;
      return problems[url];
    },
    log: { info: tell as never, warn: tell as never },
  });
});
afterEach(() => {
  servers.close();
  vi.useRealTimers();
});

it('are used once they were tried, and not tried again without need', async () => {
  expect(servers.usable).toEqual([]);
  await Promise.all([servers.look(), servers.look()]);
  expect(servers.usable).toEqual([STUN, TURN]);
  await vi.advanceTimersByTimeAsync(600_000);
  expect(tries).toBe(2);
});

it('are left out while they fail, and the log says why, once', async () => {
  problems[TURN.url] = 'it refuses the username or the credential';
  await servers.look();
  expect(servers.usable).toEqual([STUN]);
  await vi.advanceTimersByTimeAsync(120_000);
  expect(tries).toBe(6);
  const why = 'WebRTC goes without this STUN or TURN server: it refuses the username or the credential';
  expect(log).toEqual([`${STUN.url} WebRTC uses this STUN or TURN server`, `${TURN.url} ${why}`]);
  expect(log.join()).not.toContain('sesame');
  problems = {};
  await vi.advanceTimersByTimeAsync(60_000);
  expect(servers.usable).toEqual([STUN, TURN]);
  expect(log.at(-1)).toBe(`${TURN.url} WebRTC uses this STUN or TURN server`);
});

it('are not tried any more once closed', async () => {
  problems[TURN.url] = 'it does not answer';
  await servers.look();
  servers.close();
  await vi.advanceTimersByTimeAsync(600_000);
  expect(tries).toBe(2);
});
