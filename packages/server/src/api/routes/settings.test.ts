import type { Problem, Setting, SystemInfo } from '@lookout/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { startWholeServer, type WholeServer } from '../../testing/whole-server.js';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer();
});
afterAll(() => server.close());

const value = async (key: string) => {
  const { body } = await server.call<Setting[]>('GET', '/api/settings');
  return body.find((setting) => setting.key === key);
};

it('a changed time zone applies to rules at once and after a restart', async () => {
  const changed = await server.call<Setting[]>('PATCH', '/api/settings', { timezone: 'Asia/Kathmandu' });
  expect(changed.status).toBe(200);
  expect(changed.body).toContainEqual(
    expect.objectContaining({ key: 'timezone', value: 'Asia/Kathmandu', origin: { from: 'page' } }),
  );
  const schedule = { from: '22:00', to: '06:00' };
  const rule = { trigger: { behavior: 'appear', subject: { classes: ['person'] } }, schedule };
  const described = await server.call<{ timezone: string }>('POST', '/api/rules/interpret', { rule });
  expect(described.body.timezone).toBe('Asia/Kathmandu');
  await server.restart();
  expect((await server.call<SystemInfo>('GET', '/api/system')).body.timezone).toBe('Asia/Kathmandu');
});

it.each<[object, RegExp]>([
  [{ timezone: 'Europe/Atlantis' }, /expected a time zone/],
  [{ timezone: 5 }, /timezone/],
  [{ events: { max_age_days: 0.5 } }, /at least 1/],
  [{ events: { max_bytes: 1024 } }, /at least/],
  [{ events: { max_bytes: 1e9 + 0.5 } }, /max_bytes/],
  [{ 'server.port': 80 }, /unknown key/],
])('refuses %j and says why', async (patch, why) => {
  const { status, text } = await server.call<Problem>('PATCH', '/api/settings', patch);
  expect(status).toBe(400);
  expect(text).toMatch(why);
});

it('says where a setting is fixed', async () => {
  expect(await value('demo')).toMatchObject({
    value: false,
    origin: { from: 'environment', name: 'LOOKOUT_NO_DEMO' },
    changeable: false,
  });
});
