import { networkInterfaces } from 'node:os';
import { type Camera, Problem } from '@lookout/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { HttpStream } from './support/http-stream.js';
import type { LookoutProcess } from './support/lookout-process.js';
import { sharedLookout } from './support/shared-lookout.js';
import { RawSocket } from './support/socket.js';
import { startLookout } from './support/start.js';

/** A server that others could reach: bound to every address, asked over loopback. */
async function startOpen(options: { data?: string } = {}) {
  const lookout = await startLookout({ ...options, host: '0.0.0.0', demo: true }, 'file');
  return { lookout, origin: `http://127.0.0.1:${lookout.port}` };
}

describe('a server on an address others reach', () => {
  let first: Awaited<ReturnType<typeof startOpen>>;
  beforeAll(async () => {
    first = await startOpen();
  });

  it('lets nobody in without the key it printed once', async () => {
    const { lookout, origin } = first;
    const key = await lookout.adminKey();
    for (const path of ['/api/cameras', '/metrics', '/openapi.json', '/video_feed', '/docs']) {
      const response = await fetch(origin + path);
      expect(response.status, path).toBe(401);
      expect(Problem.parse(await response.json()).code).toBe('unauthorized');
    }
    expect((await fetch(`${origin}/healthz`)).status).toBe(200);
    const socketUrl = `${origin.replace('http', 'ws')}/ws/view/demo-street?mode=overlay`;
    await expect(RawSocket.open(socketUrl)).rejects.toThrow(/401/);
    const wrong = await fetch(`${origin}/api/cameras`, { headers: { authorization: `Bearer ${key.slice(0, -1)}~` } });
    expect(wrong.status).toBe(401);

    const headers = { authorization: `Bearer ${key}` };
    const cameras = (await (await fetch(`${origin}/api/cameras`, { headers })).json()) as Camera[];
    expect(cameras.map(({ id }) => id)).toEqual(['demo-street']);
    await (await RawSocket.open(socketUrl, { headers })).framesAtLeast(3);
    expect((await HttpStream.open(`${origin}/video_feed`, headers)).status).toBe(200);
    // Past the log, to the terminal alone.
    expect(lookout.output.stdout).not.toContain(key);
  });

  it('prints no second key, knows the first after a restart, and is slow to believe who guesses keys', async () => {
    const key = await first.lookout.adminKey();
    await first.lookout.end();
    const { lookout, origin } = await startOpen({ data: first.lookout.data });
    const ask = (token: string) => fetch(`${origin}/api/cameras`, { headers: { authorization: `Bearer ${token}` } });
    expect((await ask(key)).status).toBe(200);
    expect(lookout.output.text).not.toMatch(/\blk_/);
    const statuses: number[] = [];
    for (let i = 0; i < 30 && statuses.at(-1) !== 429; i++)
      statuses.push((await ask(`lk_guess-number-${i}-aaaaaaaaaaaaaaaa`)).status);
    expect(statuses[0]).toBe(401);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('a server on loopback', () => {
  let lookout: LookoutProcess;
  beforeAll(async () => {
    lookout = await sharedLookout('file');
    await lookout.addCamera({ id: 'demo-street', url: 'demo:street' });
  });

  it('asks for nothing, but refuses foreign names and foreign pages', async () => {
    await lookout.cameraIs('demo-street', 'live');
    expect(lookout.output.text).not.toMatch(/\blk_/);
    const get = (headers: Record<string, string>) => HttpStream.open(`${lookout.url}/api/cameras`, headers);
    expect((await get({})).status).toBe(200);
    expect((await get({ host: `localhost:${lookout.port}` })).status).toBe(200);
    expect((await get({ host: 'evil.example' })).status).toBe(403);
    expect((await get({ origin: 'http://evil.example' })).status).toBe(403);
    expect((await get({ 'x-forwarded-for': '203.0.113.9' })).status).toBe(403);
    const view = `${lookout.wsUrl}/ws/view/demo-street`;
    await expect(RawSocket.open(view, { headers: { origin: 'http://evil.example' } })).rejects.toThrow(/403/);
    await (await RawSocket.open(view, { headers: { origin: lookout.url } })).framesAtLeast(1);
  });

  it('cannot be reached from the network', async () => {
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address !== undefined && address.family === 'IPv4' && !address.internal)
      .map((address) => address?.address);
    for (const address of [...others, '127.0.0.2']) {
      await expect(fetch(`http://${address}:${lookout.port}/healthz`)).rejects.toThrow();
    }
  });
});
