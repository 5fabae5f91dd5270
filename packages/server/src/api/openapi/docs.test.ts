import { DetectionClientMessage, ImageQuery, Model } from '@lookout/protocol';
import type { FastifyInstance } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { startTestApp, type TestApp } from '../../testing/test-app.js';
import { PICTURE_BODIES } from './described-bodies.js';

// biome-ignore lint/suspicious/noExplicitAny: what is looked up in it is what is tested
let api: any;
let app: TestApp;
beforeAll(async () => {
  app = await startTestApp({
    routes: (sockets) =>
      sockets.route('/ws/test', {
        permission: 'watch',
        query: z.strictObject({}),
        summary: 'Test',
        messages: { client: DetectionClientMessage },
        handler: (socket) => socket.close(),
      }),
    app: {
      plugins: [
        async (server: FastifyInstance) => {
          server.withTypeProvider<ZodTypeProvider>().post(
            '/test/picture',
            {
              config: { permission: 'detect' },
              schema: { querystring: ImageQuery, body: z.object({ image_data: z.string() }), ...PICTURE_BODIES },
            },
            async () => null,
          );
        },
      ],
    },
  });
  api = await (await fetch(`${app.base}/openapi.json`)).json();
});
afterAll(() => app.close());

describe('the description of the API', () => {
  it('has what schemas say of their fields', () => {
    const { description } = z.globalRegistry.get(Model.shape.warning) ?? {};
    expect(description).toBeTruthy();
    expect(api.components.schemas.Model.properties.warning.description).toBe(description);
  });

  it('has the numbers of a query as numbers', () => {
    const { parameters } = api.paths['/test/picture'].post;
    const { schema } = parameters.find(({ name }: { name: string }) => name === 'max_detections');
    expect(schema).toMatchObject({ type: 'integer', minimum: 1, maximum: 300 });
  });

  it('says which keys an operation takes, and which need none', () => {
    expect(api.paths['/test/picture'].post['x-scopes']).toEqual(['admin', 'operator', 'detect']);
    expect(api.paths['/ws/test'].get['x-scopes']).toEqual(['admin', 'operator', 'viewer']);
    expect(api.paths['/healthz'].get).toMatchObject({ security: [] });
    expect(api.paths['/healthz'].get['x-scopes']).toBeUndefined();
  });

  it('refers from a WebSocket to its messages', () => {
    const { client, server } = api.paths['/ws/test'].get['x-messages'];
    expect(client).toEqual({ $ref: '#/components/schemas/DetectionClientMessageInput' });
    expect(api.components.schemas.DetectionClientMessageInput.oneOf).toHaveLength(3);
    expect(server).toBeUndefined();
  });

  it('lists every kind of body that a route of pictures takes', () => {
    const operation = api.paths['/test/picture'].post;
    expect(Object.keys(operation.requestBody.content)).toEqual([
      'application/json',
      'multipart/form-data',
      'image/jpeg',
      'image/png',
      'image/webp',
    ]);
    expect(operation).not.toHaveProperty('x-bodies');
  });
});
