import {
  CreatedRules,
  Interpretation,
  InterpretRequest,
  LookoutError,
  ModeState,
  NewRule,
  RulePatch,
  RuleTestRequest,
  RuleTestResult,
  StoredRule,
  UnreadRule,
} from '@lookout/protocol';
import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { CameraManager } from '../../pipeline/cameras/camera-manager.js';
import type { RuleTester } from '../../pipeline/history/rule-tester.js';
import { type RuleService, UnreadRuleError } from '../../pipeline/rules/rule-service.js';
import type { NodeRelay } from '../cluster/owner-relay.js';
import { sendProblem } from '../http/error-handling.js';
import { problemOf } from '../http/problem.js';
import { proxyPrefix } from '../http/proxy-prefix.js';
import { problems, problemsAs } from '../http/responses.js';
import { accessOf, isVisible, notForLimited } from './rule-access.js';

export interface RuleRoutesOptions {
  rules: RuleService;
  tester: RuleTester;
  cameras: Pick<CameraManager, 'camera'>;
  /** In a cluster: passes tests on to the node that remembers what the camera saw. */
  relay?: NodeRelay | undefined;
}

type App = Parameters<FastifyPluginAsyncZod>[0];

const ById = z.strictObject({ id: z.string().min(1).max(64) });
const TAGS = ['rules'];
const CHANGE = { permission: 'operate' } as const;
const READ = { permission: 'watch' } as const;

/** Rules: read from sentences, list, add, change, remove, test; and the mode that they depend on. */
export function ruleRoutes(options: RuleRoutesOptions): FastifyPluginAsyncZod {
  return async (app) => {
    addReadingRoutes(app, options);
    addStoredRoutes(app, options);
    addModeRoutes(app, options);
  };
}

function addReadingRoutes(app: App, { rules, tester, cameras, relay }: RuleRoutesOptions): void {
  app.route({
    method: 'POST',
    url: '/api/rules/interpret',
    config: CHANGE,
    schema: {
      tags: TAGS,
      summary: 'How a sentence is understood, or a rule in plain words; nothing is stored',
      body: InterpretRequest,
      response: { 200: Interpretation, ...problems(400, 413, 415) },
    },
    handler: async ({ body, principal }) => rules.interpretWithHelp(body, accessOf(principal).isVisible),
  });

  app.route({
    method: 'POST',
    url: '/api/rules/test',
    config: CHANGE,
    schema: {
      tags: TAGS,
      summary: 'What a rule would have found on a camera in its last minutes, of the hour that is remembered',
      body: RuleTestRequest,
      response: { 200: RuleTestResult, ...problems(400, 403, 404, 413, 415, 429, 503), ...problemsAs(UnreadRule, 422) },
    },
    handler: async (request, reply) => {
      const { body, principal, raw } = request;
      const access = accessOf(principal);
      if (!access.isVisible(body.camera)) throw new LookoutError('not_found', `There is no camera "${body.camera}"`);
      const camera = cameras.camera(body.camera);
      if (await relay?.passToOwner(request, reply, camera.id)) return reply;
      const given = 'rule' in body ? { rule: body.rule } : { prompt: body.prompt };
      return unlessUnread(reply, () => {
        const { rules: tested } = rules.read(given, { ...access, check: () => undefined });
        return tester.test(tested, camera.config, body.minutes, endOf(raw));
      });
    },
  });
}

function addStoredRoutes(app: App, { rules }: RuleRoutesOptions): void {
  app.route({
    method: 'GET',
    url: '/api/rules',
    config: READ,
    schema: { tags: TAGS, summary: 'List rules, oldest first', response: { 200: z.array(StoredRule) } },
    handler: async ({ principal }) => (await rules.list()).filter(({ rule }) => isVisible(rule, principal)),
  });

  app.route({
    method: 'POST',
    url: '/api/rules',
    config: CHANGE,
    schema: {
      tags: TAGS,
      summary: 'Add the rules of a sentence, or one rule; they take effect at once',
      description: 'A sentence that states no complete rule is refused with 422 and its `interpretation`.',
      body: NewRule,
      response: { 201: CreatedRules, ...problems(400, 403, 409, 413, 415), ...problemsAs(UnreadRule, 422) },
    },
    handler: async (request, reply) =>
      unlessUnread(reply, async () => {
        const created = await rules.create(request.body, accessOf(request.principal));
        reply.code(201).header('Location', `${proxyPrefix(request.headers)}/api/rules/${created[0]?.id}`);
        return { rules: created };
      }),
  });

  app.route({
    method: 'GET',
    url: '/api/rules/:id',
    config: READ,
    schema: { tags: TAGS, summary: 'One rule', params: ById, response: { 200: StoredRule, ...problems(404) } },
    handler: async ({ params, principal }) => {
      const rule = await rules.get(params.id);
      if (!isVisible(rule.rule, principal)) throw new LookoutError('not_found', `There is no rule "${params.id}"`);
      return rule;
    },
  });

  app.route({
    method: 'PATCH',
    url: '/api/rules/:id',
    config: CHANGE,
    schema: {
      tags: TAGS,
      summary: 'Change a rule; takes effect at once',
      params: ById,
      body: RulePatch,
      response: { 200: StoredRule, ...problems(400, 403, 404, 413, 415), ...problemsAs(UnreadRule, 422) },
    },
    handler: async ({ params, body, principal }, reply) =>
      unlessUnread(reply, () => rules.update(params.id, body, accessOf(principal))),
  });

  app.route({
    method: 'DELETE',
    url: '/api/rules/:id',
    config: CHANGE,
    schema: {
      tags: TAGS,
      summary: 'Delete a rule; its events stay',
      params: ById,
      response: { 204: z.null().describe('Removed'), ...problems(403, 404) },
    },
    handler: async ({ params, principal }, reply) => {
      await rules.remove(params.id, accessOf(principal));
      return reply.code(204).send(null);
    },
  });
}

function addModeRoutes(app: App, { rules }: RuleRoutesOptions): void {
  app.route({
    method: 'GET',
    url: '/api/mode',
    config: READ,
    schema: { tags: TAGS, summary: 'Whether somebody is at home', response: { 200: ModeState } },
    handler: async () => rules.mode,
  });

  app.route({
    method: 'PUT',
    url: '/api/mode',
    config: CHANGE,
    schema: {
      tags: TAGS,
      summary: 'Say whether somebody is at home; rules that are not for this mode are silent',
      body: ModeState,
      response: { 200: ModeState, ...problems(400, 403, 413, 415) },
    },
    handler: async ({ body, principal }) => {
      if (principal?.kind !== 'link' && principal?.cameras !== undefined)
        throw notForLimited('The mode concerns all cameras', 'Use a key of scope operator or admin for all cameras.');
      return rules.setMode(body);
    },
  });
}

/** Refusals of sentences carry how they were read. */
async function unlessUnread<T>(reply: FastifyReply, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof UnreadRuleError)) throw error;
    return sendProblem(reply, Object.assign(problemOf(error), { interpretation: error.interpretation })) as T;
  }
}

/** Aborted when the client is gone. */
function endOf(request: { once(event: 'close', listener: () => void): unknown; aborted: boolean }): AbortSignal {
  const controller = new AbortController();
  request.once('close', () => {
    if (request.aborted) controller.abort();
  });
  return controller.signal;
}
