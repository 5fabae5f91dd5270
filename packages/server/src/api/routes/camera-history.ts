import {
  ActivityQuery,
  CameraActivity,
  CameraRemoval,
  LookoutError,
  MAX_ACTIVITY_STEPS,
  Suppression,
} from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CameraManager } from '../../pipeline/cameras/camera-manager.js';
import type { Suppressions } from '../../pipeline/events/suppressions.js';
import type { CameraMemory } from '../../pipeline/history/camera-memory.js';
import { bytes, problems } from '../http/responses.js';

export interface CameraHistoryOptions {
  cameras: Pick<CameraManager, 'camera'>;
  memory: Pick<CameraMemory, 'activity' | 'thumbnail'>;
  suppressions: Pick<Suppressions, 'list' | 'remove'>;
  removalOf(camera: string): Promise<CameraRemoval>;
  /** Unix epoch ms. */
  now(): number;
}

const ById = z.strictObject({ id: z.string().min(1).max(256) });
const BySuppression = ById.extend({ sid: z.string().min(1).max(64) });
const ByTime = ById.extend({ at: z.coerce.number().min(0).describe('As in `snapshot_url`, Unix epoch ms') });
const TAGS = ['cameras'];
const byId = { in: 'params', name: 'id', links: false } as const;
const HOUR_MS = 3_600_000;

/** What a camera has seen lately, and what it ignores. */
export function cameraHistoryRoutes({
  cameras,
  memory,
  suppressions,
  removalOf,
  now,
}: CameraHistoryOptions): FastifyPluginAsyncZod {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/api/cameras/:id/activity',
      config: { permission: 'watch', camera: byId, atOwner: true },
      schema: {
        tags: TAGS,
        summary: 'What a camera saw, step by step, of the last day',
        params: ById,
        querystring: ActivityQuery,
        response: { 200: CameraActivity, ...problems(400, 404) },
      },
      handler: async ({ params, query }) => {
        const { until = now(), step } = query;
        const since = query.since ?? until - HOUR_MS;
        if (since > until || until - since > MAX_ACTIVITY_STEPS * step * 1000) {
          const message = `since: expected at most ${MAX_ACTIVITY_STEPS} steps before until`;
          throw new LookoutError('validation_failed', message, { hint: 'Ask for longer steps.' });
        }
        return memory.activity(cameras.camera(params.id).id, since, until, step * 1000);
      },
    });

    app.route({
      method: 'GET',
      url: '/api/cameras/:id/thumbnails/:at.jpg',
      config: { permission: 'watch', camera: byId, atOwner: true },
      schema: {
        tags: TAGS,
        summary: 'A small picture of what the camera saw, of the last hour',
        params: ByTime,
        response: {
          200: bytes('image/jpeg', 'The picture'),
          ...problems(400, 404),
        },
      },
      handler: async ({ params }, reply) => {
        const jpeg = memory.thumbnail(cameras.camera(params.id).id, params.at);
        if (!jpeg) throw new LookoutError('not_found', 'There is no picture of this moment any more');
        return reply
          .type('image/jpeg')
          .header('Cache-Control', 'private, max-age=3600')
          .send(Buffer.from(jpeg.buffer, jpeg.byteOffset, jpeg.byteLength));
      },
    });

    app.route({
      method: 'GET',
      url: '/api/cameras/:id/removal',
      config: { permission: 'operate', camera: byId },
      schema: {
        tags: TAGS,
        summary: 'What a camera would take with it if it were deleted',
        params: ById,
        response: { 200: CameraRemoval, ...problems(404) },
      },
      handler: async ({ params }) => removalOf(cameras.camera(params.id).id),
    });

    app.route({
      method: 'GET',
      url: '/api/cameras/:id/suppressions',
      config: { permission: 'watch', camera: byId },
      schema: {
        tags: TAGS,
        summary: 'What a camera ignores since verdicts `wrong_object`, oldest first',
        params: ById,
        response: { 200: z.array(Suppression), ...problems(404) },
      },
      handler: async ({ params }) => suppressions.list(cameras.camera(params.id).id),
    });

    app.route({
      method: 'DELETE',
      url: '/api/cameras/:id/suppressions/:sid',
      config: { permission: 'operate', camera: byId },
      schema: {
        tags: TAGS,
        summary: 'Ignore something no longer',
        params: BySuppression,
        response: { 204: z.null().describe('Removed'), ...problems(404) },
      },
      handler: async ({ params }, reply) => {
        await suppressions.remove(cameras.camera(params.id).id, params.sid);
        return reply.code(204).send(null);
      },
    });
  };
}
