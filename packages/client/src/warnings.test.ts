import { describe, expect, it } from 'vitest';
import { LookoutClient } from './client.js';
import type { Rule } from './types.js';

const rule: Rule = {
  cameras: 'all',
  severity: 'warning',
  cooldown_s: 60,
  trigger: { behavior: 'appear', subject: { classes: ['person'] } },
};

/** A client, and what it last requested: method, path with query, body. */
function setup(answer: unknown = {}) {
  const asked: { request?: [method: string, path: string, body?: unknown] } = {};
  const client = new LookoutClient({
    baseUrl: 'http://lookout:8080',
    fetch: async (url, init) => {
      const { pathname, search } = new URL(String(url));
      const body = init?.body === undefined || init.body === null ? [] : [JSON.parse(String(init.body))];
      asked.request = [init?.method ?? 'GET', pathname + search, ...body] as [string, string, unknown];
      return Response.json(answer);
    },
  });
  return { client, asked };
}

describe('calls about warnings', () => {
  it.each<[name: string, (client: LookoutClient) => Promise<unknown>, request: unknown[]]>([
    ['rules.list', ({ rules }) => rules.list(), ['GET', '/api/rules']],
    ['rules.get', ({ rules }) => rules.get('a/b'), ['GET', '/api/rules/a%2Fb']],
    [
      'rules.update',
      ({ rules }) => rules.update('r', { enabled: false }),
      ['PATCH', '/api/rules/r', { enabled: false }],
    ],
    ['rules.remove', ({ rules }) => rules.remove('r'), ['DELETE', '/api/rules/r']],
    ['rules.interpret', ({ rules }) => rules.interpret('a dog'), ['POST', '/api/rules/interpret', { prompt: 'a dog' }]],
    ['rules.describe', ({ rules }) => rules.describe(rule), ['POST', '/api/rules/interpret', { rule }]],
    ['events.list', ({ events }) => events.list(), ['GET', '/api/events']],
    [
      'events.list with filters',
      ({ events }) => events.list({ camera: 'back yard', limit: 5 }),
      ['GET', '/api/events?camera=back+yard&limit=5'],
    ],
    ['events.get', ({ events }) => events.get('e'), ['GET', '/api/events/e']],
    ['events.update', ({ events }) => events.update('e', { kept: true }), ['PATCH', '/api/events/e', { kept: true }]],
    ['events.remove', ({ events }) => events.remove('e'), ['DELETE', '/api/events/e']],
    ['events.markSeen', ({ events }) => events.markSeen(7), ['POST', '/api/events/seen', { until: 7 }]],
    [
      'events.judge',
      ({ events }) => events.judge('e', 'right'),
      ['POST', '/api/events/e/verdict', { verdict: 'right' }],
    ],
    [
      'events.search',
      ({ events }) => events.search({ text: 'a red car', limit: 5 }),
      ['POST', '/api/search', { text: 'a red car', limit: 5 }],
    ],
    ['events.withdrawVerdict', ({ events }) => events.withdrawVerdict('e'), ['DELETE', '/api/events/e/verdict']],
    ['webhooks.list', ({ webhooks }) => webhooks.list(), ['GET', '/api/webhooks']],
    [
      'webhooks.create',
      ({ webhooks }) => webhooks.create({ url: 'http://x/' }),
      ['POST', '/api/webhooks', { url: 'http://x/' }],
    ],
    [
      'webhooks.update',
      ({ webhooks }) => webhooks.update('w', { rules: 'all' }),
      ['PATCH', '/api/webhooks/w', { rules: 'all' }],
    ],
    ['webhooks.remove', ({ webhooks }) => webhooks.remove('w'), ['DELETE', '/api/webhooks/w']],
    ['webhooks.test', ({ webhooks }) => webhooks.test('w'), ['POST', '/api/webhooks/w/test']],
    ['mode.get', ({ mode }) => mode.get(), ['GET', '/api/mode']],
    ['mode.set', ({ mode }) => mode.set('away'), ['PUT', '/api/mode', { mode: 'away' }]],
  ])('%s', async (_name, call, request) => {
    const { client, asked } = setup();
    await call(client);
    expect(asked.request).toEqual(request);
  });

  it('rules.create returns the rules that a sentence states', async () => {
    const { client, asked } = setup({ rules: [{ id: 'r' }] });
    expect(await client.rules.create({ prompt: 'a dog' })).toEqual([{ id: 'r' }]);
    expect(asked.request).toEqual(['POST', '/api/rules', { prompt: 'a dog' }]);
  });
});
