import { expect, it } from 'vitest';
import { ApiDescription, type OpenApi } from './support/fuzz/api-description.js';
import { type Answer, exchange } from './support/fuzz/exchange.js';
import { fuzzHint } from './support/fuzz/hints.js';
import { judgeProblem } from './support/fuzz/judge.js';
import { KnownValues } from './support/fuzz/known-values.js';
import { Random } from './support/fuzz/random.js';
import { RequestMaker } from './support/fuzz/request-maker.js';
import { startLookout, streetJpegs } from './support/start.js';
import { until } from './support/until.js';

/** What is for everybody: whether it is alive, and the way in and out. Signing in with a key that is none is refused, too. */
const PUBLIC = ['GET /healthz', 'GET /api/session', 'DELETE /api/session', 'GET /v1/status/ping'];

it('lets nobody in without a key, by any call or WebSocket it describes, where others can reach it', async () => {
  const lookout = await startLookout({ host: '0.0.0.0' });
  const key = await until('the admin key', () => /\blk_[\w-]{20,}/.exec(lookout.output.text)?.[0]);
  const description = await lookout.json<OpenApi>('/openapi.json', { headers: { authorization: `Bearer ${key}` } });
  const api = new ApiDescription(description);
  const jpeg = Buffer.from((await streetJpegs())[0] as Uint8Array);
  const known = new KnownValues();
  const maker = new RequestMaker(api, known, fuzzHint({ jpeg, cameraUrl: 'demo:street' }), jpeg);
  const open: string[] = [];
  for (const [index, operation] of api.operations.entries()) {
    const request = maker.make(operation, new Random(index), 0);
    if (operation.responses?.['101']) {
      Object.assign(request.headers, {
        connection: 'Upgrade',
        upgrade: 'websocket',
        'sec-websocket-version': '13',
        'sec-websocket-key': Buffer.alloc(16, 7).toString('base64'),
      });
    }
    const answer = (await exchange(lookout.port, request)) as Answer;
    if (answer.status !== 401 && answer.status !== 429) open.push(operation.name);
    else expect(judgeProblem(api, answer), operation.name).toBeUndefined();
  }
  expect(open).toEqual(PUBLIC);
});
