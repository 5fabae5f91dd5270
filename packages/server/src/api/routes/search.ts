import { SearchAnswer, SearchRequest } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { PhraseSearch } from '../../pipeline/phrases/phrase-search.js';
import { maySee } from '../../platform/auth/principal.js';
import { problems } from '../http/responses.js';

/** Searches the objects that cameras have shown by description. */
export function searchRoute(search: Pick<PhraseSearch, 'search'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.route({
      method: 'POST',
      url: '/api/search',
      config: { permission: 'watch' },
      schema: {
        tags: ['events'],
        summary: 'Objects of the last hour, and of events of the last day, that best match a description',
        description:
          'The best view of each object is compared with the description, and with what else it could be. `certainty` compares a result with how the same words score on everything the cameras have shown: it is not a calibrated threshold. A node searches only the cameras that it reads.',
        body: SearchRequest,
        response: { 200: SearchAnswer, ...problems(400, 409, 413, 415, 429, 503) },
      },
      handler: async ({ body, principal }) =>
        search.search(body, (camera) => principal !== null && maySee(principal, camera)),
    });
  };
}
