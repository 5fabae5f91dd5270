import { createReadStream } from 'node:fs';
import { Readable } from 'node:stream';
import { RestoreBegun, RestorePlan } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { type BackupService, MAX_BACKUP_BYTES } from '../../platform/backup/backup-service.js';
import { bytes, problems } from '../http/responses.js';

export interface BackupRoutesOptions {
  readonly backups: BackupService;
  /** See `ServerHost`. */
  readonly prepareRestart?: (() => () => void) | undefined;
}

const TAGS = ['backup'];
const config = { permission: 'manage' } as const;
const ById = z.object({ id: z.string().max(64) });
const CONTENT_TYPE = 'application/octet-stream';

/** One file with everything, and the way back from it. */
export function backupRoutes({ backups, prepareRestart }: BackupRoutesOptions): FastifyPluginAsyncZod {
  return async (app) => {
    // The body is written to the disk as it arrives. It is never unpacked, so that what arrives is what is stored.
    app.removeAllContentTypeParsers();
    app.addContentTypeParser(CONTENT_TYPE, (_request, payload, done) => done(null, payload));

    app.route({
      method: 'GET',
      url: '/api/backup',
      config,
      schema: {
        tags: TAGS,
        summary: 'Download a backup: cameras with their passwords, rules, areas, events, settings, keys, links',
        description:
          'As of one moment, while the server runs. Not in it: pictures and clips of events, model files, the certificate.',
        response: { 200: bytes(CONTENT_TYPE, 'The backup'), ...problems(501, 503) },
      },
      handler: async (_request, reply) => {
        const made = await backups.make();
        // Whoever asked may have gone while it was made.
        if (reply.raw.destroyed) {
          await made.remove();
          return reply.code(503).send('');
        }
        reply.raw.once('close', () =>
          made.remove().catch((error: unknown) => app.log.warn({ err: error }, 'a backup could not be removed')),
        );
        reply
          .header('Content-Disposition', `attachment; filename="${made.name}"`)
          .header('Content-Length', made.bytes)
          .header('Cache-Control', 'no-store')
          .type(CONTENT_TYPE);
        return reply.send(createReadStream(made.path));
      },
    });

    app.route({
      method: 'POST',
      url: '/api/restore',
      config,
      bodyLimit: MAX_BACKUP_BYTES,
      schema: {
        tags: TAGS,
        summary: 'Check a backup and say what it would replace; nothing is changed yet',
        consumes: [CONTENT_TYPE],
        response: { 200: RestorePlan, ...problems(400, 409, 413, 415, 422, 501, 503) },
      },
      handler: async ({ body, headers }) => {
        const length = headers['content-length'];
        return backups.receive(
          body instanceof Readable ? body : Readable.from([]),
          length === undefined ? undefined : Number(length),
        );
      },
    });

    app.route({
      method: 'POST',
      url: '/api/restore/:id/apply',
      config,
      schema: {
        tags: TAGS,
        summary: 'Restore a checked backup, with a restart; what was here is put aside',
        params: ById,
        response: { 202: RestoreBegun, ...problems(400, 404, 503) },
      },
      handler: async ({ params }, reply) => {
        const restart = prepareRestart?.();
        backups.accept(params.id);
        if (restart) reply.raw.once('close', restart);
        return reply.code(202).send({ restarting: restart !== undefined });
      },
    });

    app.route({
      method: 'DELETE',
      url: '/api/restore/:id',
      config,
      schema: {
        tags: TAGS,
        summary: 'Forget a checked backup',
        params: ById,
        response: { 204: z.null().describe('Forgotten'), ...problems(404) },
      },
      handler: async ({ params }, reply) => {
        await backups.discard(params.id);
        return reply.code(204).send(null);
      },
    });
  };
}
