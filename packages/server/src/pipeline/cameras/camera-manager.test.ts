import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
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

  it('are refused masks of classes that the model does not have', async () => {
    await add({ id: 'lane' });
    const points = [
      [0, 0],
      [1, 0],
      [0, 1],
    ];
    const masks = (name: string) => ({ masks: [{ name: 'road', points, classes: ['car', name] }] });
    expect(await change('lane', masks('trucc'))).toMatchObject({
      status: 400,
      text: expect.stringContaining('masks.0.classes: model nanodet-g has no class'),
    });
    expect((await change('lane', masks('truck'))).status).toBe(200);
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

describe('cameras of the settings file', () => {
  const zones = [
    {
      name: 'drive',
      points: [
        [0, 0],
        [1, 0],
        [1, 1],
      ],
    },
  ];
  let configured: WholeServer;
  beforeAll(async () => {
    const yaml = `
cameras:
  - { id: plain, kind: push }
  - id: drawn
    kind: push
    zones: [{ name: yard, points: [[0, 0], [1, 0], [0, 1]] }]
`;
    configured = await startWholeServer({
      prepare: (directory) => writeFileSync(join(directory, 'lookout.yaml'), yaml),
    });
  });
  afterAll(() => configured?.close());
  const patch = (id: string, body: object) => configured.call<Camera>('PATCH', `/api/cameras/${id}`, body);

  it('can be drawn on, and keep it over a restart', async () => {
    expect(await patch('plain', { zones })).toMatchObject({ status: 200, body: { zones, origin: 'config' } });
    await configured.restart();
    const { body } = await configured.call<Camera>('GET', '/api/cameras/plain');
    expect(body).toMatchObject({ zones, lines: [] });
    expect(body).not.toHaveProperty('regions_fixed');
  });

  it('can be changed in no other way', async () => {
    expect((await patch('plain', { zones, name: 'Yard' })).status).toBe(403);
    expect((await patch('plain', {})).status).toBe(403);
  });

  it('keep to what the file draws on them', async () => {
    const refused = await patch('drawn', { zones });
    expect(refused).toMatchObject({ status: 403, text: expect.stringContaining('lookout.yaml') });
    const { body } = await configured.call<Camera>('GET', '/api/cameras/drawn');
    expect(body).toMatchObject({ zones: [{ name: 'yard' }], regions_fixed: true });
  });
});
