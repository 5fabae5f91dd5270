import { Setting, SettingsPatch } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { PageSettings } from '../../platform/settings/page-settings.js';
import { problems } from '../http/responses.js';

const TAGS = ['settings'];

/** The server's settings: all are shown with where they are set; those that are set nowhere else can be changed. */
export function settingRoutes(settings: Pick<PageSettings, 'list' | 'change'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/api/settings',
      config: { permission: 'manage' },
      schema: {
        tags: TAGS,
        summary: 'Every setting, its value, and where it is set',
        response: { 200: z.array(Setting) },
      },
      handler: async () => settings.list(),
    });

    app.route({
      method: 'PATCH',
      url: '/api/settings',
      config: { permission: 'manage' },
      schema: {
        tags: TAGS,
        summary: 'Change settings at once',
        description:
          'Changes are kept. What the command line, the environment or the settings file sets can’t be changed here: 409.',
        body: SettingsPatch,
        response: { 200: z.array(Setting), ...problems(400, 409, 413, 415, 503) },
      },
      handler: async ({ body }) => {
        await settings.change(body);
        return settings.list();
      },
    });
  };
}
