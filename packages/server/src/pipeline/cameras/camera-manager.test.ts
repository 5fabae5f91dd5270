import type { Camera } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startWholeServer, type WholeServer } from '../../testing/whole-server.js';

let server: WholeServer;
beforeAll(async () => {
  server = await startWholeServer();
});
afterAll(() => server?.close());

const add = (camera: object) => server.call<Camera>('POST', '/api/cameras', { kind: 'push', ...camera });
const change = (id: string, patch: object) => server.call<Camera>('PATCH', `/api/cameras/${id}`, patch);
const ids = async () => (await server.call<Camera[]>('GET', '/api/cameras')).body.map(({ id }) => id);

describe('cameras', () => {
  it('get different ids from the same name, also when they are added at once', async () => {
    const added = await Promise.all(Array.from({ length: 5 }, () => add({ name: 'Yard' })));
    expect(added.map(({ body }) => body.id)).toEqual(['yard', 'yard-2', 'yard-3', 'yard-4', 'yard-5']);
    const taken = await Promise.all([add({ id: 'gate' }), add({ id: 'gate' })]);
    expect(taken.map(({ status }) => status)).toEqual([201, 409]);
  });

  it('can’t hide behind the path of their stream', async () => {
    expect((await add({ id: 'stream' })).status).toBe(400);
    expect((await add({ name: 'Stream' })).body.id).toBe('stream-2');
  });

  it('keep every one of several changes made at once', async () => {
    await add({ id: 'hall' });
    await Promise.all([
      change('hall', { name: 'Hall' }),
      change('hall', { detect: { fps: 7 } }),
      change('hall', {
        zones: [
          {
            name: 'stairs',
            points: [
              [0, 0],
              [1, 0],
              [0, 1],
            ],
          },
        ],
      }),
    ]);
    await server.restart();
    const { body } = await server.call<Camera>('GET', '/api/cameras/hall');
    expect(body).toMatchObject({ name: 'Hall', detect: { fps: 7 }, zones: [{ name: 'stairs' }] });
  });

  it('can be removed and added again at once, with new links', async () => {
    const { body: before } = await add({ id: 'shed' });
    const [removed, again] = await Promise.all([server.call('DELETE', '/api/cameras/shed'), add({ id: 'shed' })]);
    expect([removed.status, again.status]).toEqual([204, 201]);
    expect(again.body.view_token).not.toBe(before.view_token);
    expect(await ids()).toContain('shed');
  });

  it('announce themselves and their changes', async () => {
    const response = await fetch(`${server.url}/api/cameras/stream`);
    const reader = (response.body as ReadableStream<Uint8Array>).getReader();
    const decoder = new TextDecoder();
    let text = '';
    const has = async (pattern: RegExp) => {
      while (!pattern.test(text)) text += decoder.decode((await reader.read()).value, { stream: true });
      text = text.slice(text.search(pattern));
    };
    await has(/event: list\ndata: \["/);
    await add({ id: 'attic' });
    await has(/event: state\ndata: \{"id":"attic","name":"Camera".*"state":"off"/);
    expect(text).not.toMatch(/_token/);
    await change('attic', { name: 'Attic' });
    await has(/event: state\ndata: \{"id":"attic","name":"Attic"/);
    await change('attic', { enabled: false });
    await has(/event: state\ndata: \{"id":"attic".*"state_reason":"switched off"/);
    await server.call('DELETE', '/api/cameras/attic');
    await has(/event: removed\ndata: \{"id":"attic"\}/);
    await reader.cancel();
  });
});
