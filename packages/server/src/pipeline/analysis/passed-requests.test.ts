import { LookoutError } from '@lookout/protocol/core';
import { expect, it } from 'vitest';
import type { EncodedMessage } from '../../platform/kserve/message.js';
import type { KServeAnswer } from '../../platform/remote-models/kserve-client.js';
import { AskedServers } from './asked-servers.js';
import { PassedRequests, type PassedRequestsOptions } from './passed-requests.js';

// Both ends of a worker's requests, in one thread.

const message: EncodedMessage = { headerLength: undefined, body: Uint8Array.of(1) };
const answerOf = (value: number): KServeAnswer => ({ headerLength: undefined, body: Uint8Array.of(value) });
/** Takes even answers alone. */
const read = ({ body: [value = 0] }: KServeAnswer) => {
  if (value % 2 !== 0) throw new Error(`${value} is odd`);
  return value;
};

function connect(ask: PassedRequestsOptions['ask']) {
  const waiting: number[] = [];
  const passed = new PassedRequests({
    ask,
    send: (sent) => sent.type === 'answer' && worker.answered(sent.ask, sent.answer),
    onWaiting: () => waiting.push(passed.waiting),
  });
  const worker = new AskedServers((sent) => {
    if (sent.type === 'ask') void passed.pass(sent);
    else if (sent.type === 'read') passed.read(sent.ask, sent.error);
  });
  return { passed, worker, waiting };
}

it('has the worker read answers until one makes sense', async () => {
  const verdicts: string[] = [];
  const { passed, worker, waiting } = connect(async (_message, tryRead) => {
    for (const value of [1, 3, 4]) {
      try {
        return await tryRead(answerOf(value));
      } catch (error) {
        verdicts.push((error as Error).message);
      }
    }
  });
  expect(await worker.ask(message, read)).toBe(4);
  expect(verdicts).toEqual(['1 is odd', '3 is odd']);
  expect([waiting, passed.waiting]).toEqual([[1, 1, 1], 0]);
});

it('tells the worker why no answer is left', async () => {
  const { passed, worker } = connect(async (_message, tryRead) => {
    await Promise.resolve(tryRead(answerOf(1))).catch(() => undefined);
    throw new LookoutError('unavailable', 'none is left', { hint: 'start one' });
  });
  await expect(worker.ask(message, read)).rejects.toMatchObject({ code: 'unavailable', hint: 'start one' });
  expect(passed.waiting).toBe(0);
});

it('blames no server for answers that a worker which ended did not read', async () => {
  const verdicts: unknown[] = [];
  const passed = new PassedRequests({
    ask: async (_message, tryRead) => void verdicts.push(await tryRead(answerOf(1))),
    send: () => passed.end(),
    onWaiting: () => undefined,
  });
  await passed.pass({ ask: 0, message });
  await passed.pass({ ask: 1, message });
  expect([verdicts, passed.waiting]).toEqual([[undefined, undefined], 0]);
});
