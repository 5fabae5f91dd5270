import { LookoutError, SecondLookConsent, SecondLookState } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { VlmHost } from '../../pipeline/second-look/vlm-host.js';
import { actorOf } from '../../platform/auth/audit-log.js';
import type { PageSettings } from '../../platform/settings/page-settings.js';
import { problems } from '../http/responses.js';

export interface SecondLookRoutesOptions {
  host: Pick<VlmHost, 'state'>;
  settings: Pick<PageSettings, 'change'>;
  /** Unix epoch ms. */
  now(): number;
}

const TAGS = ['rules'];
const CONSENT = '/api/second-look/consent';

/** The model that rules can ask about their events, and the consent to send it pictures. */
export function secondLookRoutes({ host, settings, now }: SecondLookRoutesOptions): FastifyPluginAsyncZod {
  return async (app) => {
    app.route({
      method: 'GET',
      url: '/api/second-look',
      config: { permission: 'watch' },
      schema: {
        tags: TAGS,
        summary:
          'The vision-language model that rules can ask, where it is, and who has allowed sending pictures there',
        response: { 200: SecondLookState },
      },
      handler: () => host.state(),
    });

    app.route({
      method: 'PUT',
      url: CONSENT,
      config: { permission: 'manage' },
      schema: {
        tags: TAGS,
        summary: 'Allow sending pictures of events to the model’s host outside the home network',
        description: 'Only of cameras with a rule that has `verify`. Who allowed it, and when, is stored and shown.',
        body: SecondLookConsent,
        response: { 200: SecondLookState, ...problems(400, 409, 413, 415, 503) },
      },
      handler: async (request) => {
        const { body, principal } = request;
        request.auditTarget = { name: body.host };
        const state = await host.state();
        if (state.host !== body.host) {
          throw new LookoutError('conflict', `The model is at ${state.host ?? 'no host'}, not at ${body.host}`, {
            hint: 'It has changed in the meantime. Check the settings again.',
          });
        }
        const { name = null } = actorOf(principal);
        await settings.change({ vlm: { consent: { host: body.host, by: name, at: Math.round(now()) } } });
        return host.state();
      },
    });

    app.route({
      method: 'DELETE',
      url: CONSENT,
      config: { permission: 'manage' },
      schema: {
        tags: TAGS,
        summary: 'Withdraw the permission to send pictures to a model outside the home network',
        response: { 200: SecondLookState, ...problems(503) },
      },
      handler: async () => {
        await settings.change({ vlm: { consent: null } });
        return host.state();
      },
    });
  };
}
