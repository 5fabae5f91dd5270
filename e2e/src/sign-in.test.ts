import { networkInterfaces } from 'node:os';
import { type Camera, Problem, type Session } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { openPage } from './support/browser.js';
import { HttpStream } from './support/http-stream.js';
import { pictureShown } from './support/live-picture.js';
import type { LookoutProcess } from './support/lookout-process.js';
import { RawSocket } from './support/socket.js';
import { startLookout } from './support/start.js';
import { until } from './support/until.js';

/** What the first start printed for the person at the terminal. */
async function printedKey(lookout: LookoutProcess): Promise<string> {
  return until('the key is printed', () => /\blk_[\w-]{20,}/.exec(lookout.output.stderr)?.[0]);
}

/** A server that others could reach: bound to every address, asked over loopback. */
async function startOpen(options: { data?: string } = {}) {
  const lookout = await startLookout({ ...options, host: '0.0.0.0', demo: true });
  return { lookout, origin: `http://127.0.0.1:${lookout.port}` };
}

describe('a server on an address others reach', () => {
  it('lets nobody in without the key it printed once', async () => {
    const { lookout, origin } = await startOpen();
    const key = await printedKey(lookout);
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

  it('prints no second key, and knows the first after a restart', async () => {
    const first = await startOpen();
    const key = await printedKey(first.lookout);
    await first.lookout.end();
    const second = await startOpen({ data: first.lookout.data });
    const response = await fetch(`${second.origin}/api/cameras`, { headers: { authorization: `Bearer ${key}` } });
    expect(response.status).toBe(200);
    expect(second.lookout.output.text).not.toMatch(/\blk_/);
  });

  it('takes the key on its sign-in page, and forgets who signs out', async () => {
    const { lookout, origin } = await startOpen();
    const key = await printedKey(lookout);
    const { page } = await openPage(`${origin}/cameras/demo-street`);
    await page.getByLabel('API key').fill('lk_wrong');
    await page.keyboard.press('Enter');
    await page.getByText('The API key is not valid').waitFor();
    await page.getByLabel('API key').fill(key);
    await page.keyboard.press('Enter');
    await pictureShown(page);
    const cookies = await page.context().cookies();
    expect(cookies).toHaveLength(1);
    expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: 'Strict' });
    expect(cookies[0]?.value).not.toContain(key);
    await page.getByRole('button', { name: /^Sign out/ }).click();
    await page.getByLabel('API key').waitFor();
    const session = await page.evaluate(async () => (await fetch('/api/session')).json() as Promise<Session>);
    expect(session.signed_in).toBe(false);
  });

  it('is slow to believe who guesses keys', async () => {
    const { origin } = await startOpen();
    const statuses: number[] = [];
    for (let i = 0; i < 30 && statuses.at(-1) !== 429; i++) {
      const headers = { authorization: `Bearer lk_guess-number-${i}-aaaaaaaaaaaaaaaa` };
      statuses.push((await fetch(`${origin}/api/cameras`, { headers })).status);
    }
    expect(statuses[0]).toBe(401);
    expect(statuses.at(-1)).toBe(429);
  });
});

describe('a server on loopback', () => {
  it('asks for nothing, but refuses foreign names and foreign pages', async () => {
    const lookout = await startLookout({ demo: true });
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
    const lookout = await startLookout();
    const others = Object.values(networkInterfaces())
      .flat()
      .filter((address) => address !== undefined && address.family === 'IPv4' && !address.internal)
      .map((address) => address?.address);
    for (const address of [...others, '127.0.0.2']) {
      await expect(fetch(`http://${address}:${lookout.port}/healthz`)).rejects.toThrow();
    }
  });
});
