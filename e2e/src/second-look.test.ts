import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { json } from 'node:stream/consumers';
import { readJpegHeader } from '@lookout/media';
import type { AuditPage, CreatedRules, EventsPage, SecondLookState, StoredRule } from '@lookout/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { HttpStream } from './support/http-stream.js';
import { keep } from './support/keep.js';
import type { LookoutProcess } from './support/lookout-process.js';
import { sharedLookout } from './support/shared-lookout.js';
import { until } from './support/until.js';

// A vision-language model confirms events of a street: from the settings to the messages about an event and the data sent to the model.

const verify = { question: 'Is this really a person?', timeout_s: 30 };
const rule = { cooldown_s: 0, trigger: { behavior: 'appear', subject: { classes: ['person'] } }, verify };

interface Asked {
  messages: [unknown, { content: Array<{ text?: string; image_url?: { url: string } }> }];
}

let lookout: LookoutProcess;
let model: Server;
let asked: Asked[];
let answer: string;
beforeAll(async () => {
  lookout = await sharedLookout('file');
  asked = [];
  answer = 'no';
  model = createServer(async (request, response) => {
    asked.push((await json(request)) as Asked);
    const content = JSON.stringify({ answer, evidence: 'a lamp post' });
    response.end(JSON.stringify({ choices: [{ message: { role: 'assistant', content } }] }));
  });
  await new Promise<void>((resolve) => model.listen(0, '127.0.0.1', resolve));
  keep(model, (server) => void server.close(), 'file');
});
afterAll(() => setModel(null));

const setModel = (base_url: string | null) => lookout.send('PATCH', '/api/settings', { vlm: { base_url } });
const state = () => lookout.json<SecondLookState>('/api/second-look');
const addRule = async (more: object = {}) =>
  (await lookout.send<CreatedRules>('POST', '/api/rules', { rule: { ...rule, ...more } })).rules[0] as StoredRule;

it('asks about an event once a model is set up, lowers it on a no, and reports both', async () => {
  await expect(addRule()).rejects.toThrow(/VLM_BASE_URL/);
  await setModel(`http://127.0.0.1:${(model.address() as AddressInfo).port}/v1`);
  expect(await state()).toMatchObject({ reach: 'local', consent: null });

  await lookout.addCamera({ id: 'street', name: 'Street', url: 'demo:street' });
  const stream = await HttpStream.open(`${lookout.url}/api/events/stream`);
  const { id } = await addRule();
  const event = await until(
    'a rejected event',
    async () =>
      (await lookout.json<EventsPage>(`/api/events?rule=${id}&limit=200`)).events.find(
        ({ verification }) => verification?.state === 'rejected',
      ),
    { timeoutMs: 60_000 },
  );
  expect(event).toMatchObject({
    severity: 'info',
    verification: { question: verify.question, evidence: 'a lamp post', lowered_from: 'warning' },
  });
  const told = await until('both messages', () => {
    const messages = stream.text.split('\n\n').filter((message) => message.includes(`"id":"${event.id}"`));
    return messages.length >= 2 ? messages : undefined;
  });
  expect(told[0]).toMatch(/event: created[\s\S]*"severity":"warning"[\s\S]*"state":"pending"/);
  expect(told[1]).toMatch(/event: updated[\s\S]*"severity":"info"[\s\S]*"state":"rejected"/);

  const [text, ...pictures] = asked[0]?.messages[1].content ?? [];
  expect(text?.text).toContain(verify.question);
  const sizes = pictures.map(({ image_url }) => {
    const { width, height } = readJpegHeader(Buffer.from(image_url?.url.split(',')[1] ?? '', 'base64'));
    return Math.max(width, height);
  });
  expect(sizes).toHaveLength(2);
  expect(sizes[1]).toBe(640);
  expect(sizes[0]).toBeLessThan(640);
});

it('sends nothing outside the home network before an admin allows that host, and records who did', async () => {
  await setModel('https://203.0.113.7:8443/v1');
  const host = '203.0.113.7:8443';
  expect(await state()).toMatchObject({ host, reach: 'outside', consent: null, problem: 'not_allowed' });
  await expect(lookout.send('PUT', '/api/second-look/consent', { host: 'other.example' })).rejects.toThrow(/changed/);
  const allowed = await lookout.send<SecondLookState>('PUT', '/api/second-look/consent', { host });
  expect(allowed).toMatchObject({ host, consent: { by: null, at: expect.closeTo(Date.now(), -4) } });
  expect(allowed).not.toHaveProperty('problem');
  const { entries } = await lookout.json<AuditPage>('/api/audit');
  expect(entries[0]).toMatchObject({ action: 'second_look.allow', actor: { kind: 'local' }, target: { name: host } });

  // Consent does not extend to another host.
  await setModel('https://203.0.113.8:8443/v1');
  expect(await state()).toMatchObject({ consent: null, problem: 'not_allowed' });
  await setModel('https://203.0.113.7:8443/v1');
  expect(await lookout.json('/api/second-look/consent', { method: 'DELETE' })).toMatchObject({
    problem: 'not_allowed',
  });
});
