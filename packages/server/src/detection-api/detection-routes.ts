import fastifyMultipart from '@fastify/multipart';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { DetectionService } from './detection-service.js';
import { imageRoutes } from './image-routes.js';
import { RestSessions } from './rest-sessions.js';
import { sessionApiRoutes } from './session-routes.js';
import { UploadLimit } from './upload-limit.js';

/** The detection API over HTTP: sessions with server-sent events, and single pictures. */
export function detectionRoutes(service: DetectionService, now: () => number): FastifyPluginAsyncZod {
  return async (app) => {
    await app.register(fastifyMultipart);
    const uploads = new UploadLimit();
    await app.register(sessionApiRoutes, { service, uploads, sessions: new RestSessions(service, now) });
    await app.register(imageRoutes, { service, uploads });
  };
}
