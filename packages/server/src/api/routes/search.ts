import { SearchAnswer, SearchRequest } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import type { PhraseSearch } from '../../pipeline/phrases/phrase-search.js';
import { maySee } from '../../platform/auth/principal.js';
import { problems } from '../http/responses.js';

/** Looking for what words describe, among the objects that cameras have shown. */
export function searchRoute(search: Pick<PhraseSearch, 'search'>): FastifyPluginAsyncZod {
  return async (app) => {
    app.route({
      method: 'POST',
      url: '/api/search',
      config: { permission: 'watch' },
      schema: {
        tags: ['events'],
        summary: 'Objects of the last hour, and of events of the last day, that are most like a description',
        description:
          'The best look at each object is compared with the words, and with what it might be instead. `certainty` compares a find with what the same words score on everything that cameras have shown: it is no calibrated threshold. A node searches the cameras that it reads.',
        body: SearchRequest,
        response: { 200: SearchAnswer, ...problems(400, 409, 413, 415, 429, 503) },
      },
      handler: async ({ body, principal }) =>
        search.search(body, (camera) => principal !== null && maySee(principal, camera)),
    });
  };
}
