import { ClusterNode, LookoutError } from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { problems } from '../http/responses.js';

/** The nodes as this one knows them. */
export interface NodeDirectory {
  list(): ClusterNode[];
  /** @throws LookoutError `not_found` */
  setDraining(id: string, isDraining: boolean): Promise<void>;
}

const TAGS = ['nodes'];
const CONFIG = { permission: 'manage' } as const;
const ById = z.strictObject({ id: z.string().min(1).max(64) });

/** The nodes of a cluster. @param nodes undefined: this is the only server */
export function nodeRoutes(nodes: NodeDirectory | undefined): FastifyPluginAsyncZod {
  const drain = async (id: string, isDraining: boolean): Promise<ClusterNode> => {
    await nodes?.setDraining(id, isDraining);
    const node = nodes?.list().find((one) => one.id === id);
    if (!node) throw new LookoutError('not_found', `There is no node "${id}"`);
    return node;
  };
  return async (app) => {
    app.addHook('onRequest', async (_request, reply) => {
      reply.header('Cache-Control', 'no-store');
    });

    app.route({
      method: 'GET',
      url: '/api/nodes',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'List the nodes of the cluster; empty for a server that is not one of several',
        response: { 200: z.array(ClusterNode) },
      },
      handler: async () => nodes?.list() ?? [],
    });

    app.route({
      method: 'POST',
      url: '/api/nodes/:id/drain',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'Move all cameras of a node to others, one by one; it takes no more until `resume`',
        description: 'Cameras that no other node may have stay. Answered at once: `cameras` tells how far it is.',
        params: ById,
        response: { 200: ClusterNode, ...problems(404) },
      },
      handler: ({ params }) => drain(params.id, true),
    });

    app.route({
      method: 'POST',
      url: '/api/nodes/:id/resume',
      config: CONFIG,
      schema: {
        tags: TAGS,
        summary: 'Let a drained node take cameras again',
        params: ById,
        response: { 200: ClusterNode, ...problems(404) },
      },
      handler: ({ params }) => drain(params.id, false),
    });
  };
}
