import { LookoutError } from '@lookout/protocol';
import type { FastifyInstance } from 'fastify';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/test-app.js';
import { SECURITY_HEADERS } from './request-hooks.js';

let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    app: {
      plugins: [
        async (server: FastifyInstance) => {
          server.get('/test/stream', { config: { permission: 'signed-in' } }, (_request, reply) => {
            reply.hijack();
            reply.raw.writeHead(200, { 'Content-Type': 'text/event-stream' });
            reply.raw.end(': hello\n\n');
          });
          server.get('/test/camera-away', { config: { permission: 'signed-in' } }, () => {
            throw new LookoutError('camera_unreachable', 'Nothing answers there');
          });
          server.get('/test/mistake', { config: { permission: 'signed-in' } }, () => {
            throw new Error('a mistake inside');
          });
        },
      ],
    },
  });
});
afterAll(() => app.close());

describe('security headers', () => {
  it.each([
    ['an answer', '/healthz', 200],
    ['a stream written past fastify', '/test/stream', 200],
    ['a refusal', '/api/nothing', 404],
    ['a URL the router cannot read', '/api/cameras/%zz', 400],
    ['a URL with a part that is too long', `/api/cameras/${'x'.repeat(300)}`, 414],
  ])('are on %s', async (_name, path, status) => {
    const response = await fetch(app.base + path);
    expect(response.status).toBe(status);
    for (const [name, value] of Object.entries(SECURITY_HEADERS)) expect(response.headers.get(name)).toBe(value);
    await response.text();
  });
});

describe('the log line of a request', () => {
  const levelOf = async (route: string) => {
    await (await fetch(app.base + route)).text();
    const lines = app.log.map((line) => JSON.parse(line) as { level: number; msg: string; route?: string });
    return lines.find((line) => line.msg === 'answered' && line.route === route)?.level;
  };

  it('is an error where the server failed', async () => {
    expect(await levelOf('/test/mistake')).toBe(50);
  });

  it('is a warning where what it depends on did', async () => {
    expect(await levelOf('/test/camera-away')).toBe(40);
  });
});
