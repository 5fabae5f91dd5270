import fastifyMultipart from '@fastify/multipart';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { DetectionMasks } from '../../pipeline/segments/detection-masks.js';
import type { DetectionService } from '../../pipeline/sessions/detection-service.js';
import type { NodeRelay } from '../cluster/owner-relay.js';
import type { UploadLimit } from '../http/upload-limit.js';
import type { ModelService } from '../routes/models.js';
import { type EmbeddingRoutesOptions, embeddingRoutes } from './embedding-routes.js';
import { imageRoutes } from './image-routes.js';
import { RestSessions } from './rest-sessions.js';
import { sessionApiRoutes } from './session-routes.js';
import { visionRoutes } from './vision-routes.js';

export interface DetectionRoutesOptions {
  service: DetectionService;
  uploads: UploadLimit;
  models: Pick<ModelService, 'list'>;
  /** Embeds texts and images. */
  words: EmbeddingRoutesOptions['models'];
  masks: DetectionMasks;
  relay?: NodeRelay | undefined;
  now(): number;
}

/** The detection API over HTTP: sessions with server-sent events, and single images. */
export function detectionRoutes({
  service,
  uploads,
  models,
  words,
  masks,
  relay,
  now,
}: DetectionRoutesOptions): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(fastifyMultipart);
    await app.register(sessionApiRoutes, { service, uploads, relay, sessions: new RestSessions(service, now) });
    await app.register(imageRoutes, { service, uploads, masks });
    await app.register(embeddingRoutes, { models: words, uploads });
    await app.register(visionRoutes, { service, uploads, models });
  };
}
