import { type RtspServer, startRtspServer } from '@lookout/media/testing';
import { DetectionsEvent, type Setting } from '@lookout/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import type { RedisLink } from './platform/redis/redis-link.js';
import { TestRedis } from './testing/redis.js';
import { openTestLink } from './testing/redis-link.js';
import { startWholeServer, type WholeServer } from './testing/whole-server.js';

// The whole server with Redis beside it.

let redis: TestRedis;
let reader: RedisLink;
let rtsp: RtspServer;
let server: WholeServer;
beforeAll(async () => {
  redis = await TestRedis.start();
  reader = (await openTestLink(redis)).link;
  rtsp = await startRtspServer({ width: 160, height: 120, fps: 10, keyframeInterval: 10 });
  const env = { REDIS_URL: redis.url, LOOKOUT_REDIS_DETECTIONS: '1' };
  server = await startWholeServer({ env, logLevel: 'trace' });
}, 60_000);
afterAll(async () => {
  await server?.close();
  await rtsp?.stop();
  reader?.close();
  await redis?.stop();
});

const checks = async () => (await server.call<{ checks: Record<string, string> }>('GET', '/readyz')).body.checks;
const metric = async (name: string) => {
  const { text } = await server.call('GET', '/metrics');
  return Number(
    text
      .split('\n')
      .find((line) => line.startsWith(`${name} `))
      ?.slice(name.length),
  );
};

it('sends what cameras show as streams', async () => {
  await server.call('POST', '/api/cameras', { id: 'yard', url: rtsp.url });
  const newest = async () => {
    const [entry] = (await reader.run('XREVRANGE', 'lookout:detections:yard', '+', '-', 'COUNT', '1')) as [
      string,
      string[],
    ][];
    return entry?.[1] ?? [];
  };
  await expect.poll(newest, { timeout: 20_000 }).toHaveLength(6);
  const fields = await newest();
  expect(DetectionsEvent.parse(JSON.parse(fields[5] ?? ''))).toMatchObject({ camera: 'yard', width: 160 });
  expect(await metric('lookout_redis_entries_total{stream="detections",outcome="sent"}')).toBeGreaterThan(0);
});

it('shows its settings as set by the environment, and the address to nobody', async () => {
  const { body } = await server.call<Setting[]>('GET', '/api/settings');
  const of = (key: string) => body.find((each) => each.key === key);
  expect(of('redis.url')).toMatchObject({ value: '***', origin: { from: 'environment', name: 'REDIS_URL' } });
  expect(of('redis.detections')).toMatchObject({ value: true, changeable: false });
});

it('says so while Redis is away, answers all the same, and uses it again when it is back', async () => {
  expect((await checks()).redis).toBe('ok');
  expect(await metric('lookout_redis_up')).toBe(1);
  await redis.stop();
  await expect.poll(async () => (await checks()).redis).toMatch(/^Redis has been away for \d+ s/);
  expect((await server.call('GET', '/readyz')).status).toBe(200);
  expect(await metric('lookout_redis_up')).toBe(0);
  const wrong = { Authorization: `Bearer lk_${'x'.repeat(43)}` };
  expect((await server.call('GET', '/api/cameras', undefined, { ...wrong, Via: '1.1 proxy' })).status).toBe(401);
  await redis.start();
  await expect.poll(async () => (await checks()).redis).toBe('ok');
  expect(server.log.join('')).not.toContain(redis.password);
  expect(server.log.filter((line) => line.includes('Redis is away'))).toHaveLength(1);
});
