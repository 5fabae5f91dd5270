import { UpdateState } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { PageSettings } from '../../platform/settings/page-settings.js';
import { later } from '../../platform/threads/later.js';
import { UpdateCheck } from '../../platform/updates/update-check.js';
import { problems } from '../http/responses.js';

const config = { permission: 'manage' } as const;

/** Whether there is a newer version, for those who ask. @param version that runs */
export function updateRoutes(
  settings: Pick<PageSettings, 'get' | 'given' | 'onChange'>,
  version: string,
): FastifyPluginAsyncZod {
  return async (app) => {
    const updates = new UpdateCheck({
      current: version,
      url: () => settings.given.updates.url,
      isDaily: () => settings.get('updates.daily'),
      onFault: (error) => app.log.warn({ err: error }, 'the newest version could not be asked for'),
      now: Date.now,
      later,
    });
    settings.onChange(() => updates.schedule());
    app.addHook('onReady', async () => updates.schedule());
    app.addHook('onClose', async () => updates.close());

    app.route({
      method: 'GET',
      url: '/api/update',
      config,
      schema: {
        tags: ['system'],
        summary: 'What is known of newer versions; asks nobody',
        response: { 200: UpdateState },
      },
      handler: async () => updates.state(),
    });

    app.route({
      method: 'POST',
      url: '/api/update/check',
      config,
      schema: {
        tags: ['system'],
        summary: 'Ask the address `updates.url` for the newest version',
        response: { 200: UpdateState, ...problems(409) },
      },
      handler: async () => updates.check(),
    });
  };
}
