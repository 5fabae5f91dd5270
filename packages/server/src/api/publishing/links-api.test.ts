import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Camera as CameraView, Problem } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { startWholeServer, type WholeServer } from '../../testing/whole-server.js';

// Published cameras and links as the API and lookout.yaml have them, on the whole server.

const given = { publish_token: `lp_${'p'.repeat(22)}`, view_token: `lv_${'v'.repeat(22)}` };
let server: WholeServer;

beforeAll(async () => {
  const prepare = (directory: string) =>
    writeFileSync(
      join(directory, 'lookout.yaml'),
      `cameras:
  - { id: porch, kind: push, publish_token: ${given.publish_token}, view_token: ${given.view_token} }
  - { id: away, url: 'http://secret-host.invalid/stream' }
`,
    );
  server = await startWholeServer({ prepare });
});
afterAll(() => server?.close());

const call = <T = CameraView>(...request: Parameters<WholeServer['call']>) => server.call<T>(...request);

describe('cameras that are published to', () => {
  it('are added without an address, and only they', async () => {
    const { status, body } = await call('POST', '/api/cameras', { name: 'My phone', kind: 'push' });
    expect(status).toBe(201);
    expect(body).toMatchObject({
      id: 'my-phone',
      kind: 'push',
      state: 'off',
      state_reason: 'Waiting for a publisher',
    });
    expect(body.url).toBeUndefined();
    expect(body.publish_token).toMatch(/^lp_[\w-]{32}$/);
    expect(body.view_token).toMatch(/^lv_[\w-]{32}$/);
    const url = 'http://127.0.0.1:9/x';
    for (const wrong of [{ kind: 'push', url }, { kind: 'pull' }, {}, { kind: 'other', url }]) {
      const refused = await call<Problem>('POST', '/api/cameras', wrong);
      expect(refused.status).toBe(400);
      expect(refused.body.errors?.[0]?.field).toMatch(/^(url|kind)$/);
    }
    expect((await call<Problem>('PATCH', '/api/cameras/my-phone', { url })).status).toBe(400);
    expect((await call('PATCH', '/api/cameras/my-phone', { name: 'Phone' })).body.name).toBe('Phone');
  });

  it('show their links in every answer, pulled ones only that for watching', async () => {
    const { body: all } = await call<CameraView[]>('GET', '/api/cameras');
    const porch = all.find(({ id }) => id === 'porch');
    expect(porch).toMatchObject({ ...given, origin: 'config' });
    expect((await fetch(`${server.url}/api/cameras`)).headers.get('cache-control')).toBe('no-store');
    const away = all.find(({ id }) => id === 'away');
    expect(away?.view_token).toMatch(/^lv_/);
    expect(away?.publish_token).toBeUndefined();
  });

  it('keep their links over a restart', async () => {
    const before = (await call('GET', '/api/cameras/my-phone')).body;
    const renewed = (await call<CameraView>('POST', '/api/cameras/my-phone/tokens')).body;
    expect(renewed.view_token).not.toBe(before.view_token);
    expect(renewed.publish_token).not.toBe(before.publish_token);
    const away = (await call('GET', '/api/cameras/away')).body.view_token;
    await server.restart();
    expect((await call('GET', '/api/cameras/my-phone')).body).toMatchObject(renewed);
    expect((await call('GET', '/api/cameras/away')).body.view_token).toBe(away);
  });

  it('of lookout.yaml keep the links they are given', async () => {
    expect((await call<Problem>('POST', '/api/cameras/porch/tokens')).status).toBe(403);
    expect((await call('POST', '/api/cameras/away/tokens')).status).toBe(200);
    expect((await call('POST', '/api/cameras/nobody/tokens')).status).toBe(404);
  });

  it('let nobody publish to what is read from an address', async () => {
    const token = (await call('GET', '/api/cameras/away')).body.view_token;
    const socket = new WebSocket(`${server.wsUrl}/ws/camera/${token}`);
    const refused = await new Promise<Error>((resolve) => socket.once('error', resolve));
    expect(refused.message).toContain('403');
  });
});

describe('whoever has only a link', () => {
  // What a proxy on this machine brings in is not this machine's.
  const stranger = { 'X-Forwarded-For': '203.0.113.9' };

  it('hears nothing of where a camera is', async () => {
    const { view_token } = (await call('GET', '/api/cameras/away')).body;
    for (const path of [`/api/camera/${view_token}`, `/api/camera/${view_token}/stats`]) {
      const { status, text } = await call('GET', path, undefined, stranger);
      expect(status).toBe(200);
      expect(text).not.toContain('secret-host');
    }
    const snapshot = await call<Problem>('GET', `/api/cameras/${view_token}/snapshot.jpg`, undefined, stranger);
    expect(snapshot.status).toBeGreaterThanOrEqual(400);
    expect(snapshot.text).not.toMatch(/secret-host|away"/);
  });

  it('sees and changes nothing else', async () => {
    const { view_token } = (await call('GET', '/api/cameras/my-phone')).body;
    for (const [method, path] of [
      ['GET', '/api/cameras'],
      ['GET', `/api/cameras/${view_token}`],
      ['PATCH', `/api/cameras/${view_token}`],
      ['DELETE', `/api/cameras/${view_token}`],
      ['POST', `/api/cameras/${view_token}/tokens`],
      ['GET', `/api/cameras/${view_token}/stats`],
    ] as const) {
      const body = method === 'PATCH' ? {} : undefined;
      expect((await call(method, path, body, stranger)).status, `${method} ${path}`).toBe(403);
    }
  });
});

it('describes all of it', async () => {
  const { body } = await call<{ paths: Record<string, object> }>('GET', '/openapi.json');
  for (const path of ['/api/cameras/{id}/tokens', '/api/camera/{token}', '/ws/camera/{token}']) {
    expect(Object.keys(body.paths)).toContain(path);
  }
});
