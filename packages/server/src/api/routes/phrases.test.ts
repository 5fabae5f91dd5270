import { LookoutError, NewExample, type Rule } from '@lookout/protocol';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { startTestApp, type TestApp } from '../../testing/test-app.js';
import { phraseRoutes } from './phrases.js';

const rule = (cameras: Rule['cameras']): Rule => ({
  cameras,
  severity: 'warning',
  cooldown_s: 60,
  trigger: { behavior: 'appear', subject: { classes: ['car'], phrase: 'a red car' } },
});
const RULES: Readonly<Record<string, Rule>> = { all: rule('all'), gate: rule(['gate']) };
const JPEG = new Uint8Array([0xff, 0xd8, 0xff, 1]);
const added = (given: object) => ({
  ...{
    id: 'x1',
    phrase: 'p',
    is_positive: true,
    camera: null,
    event_id: null,
    picture: JPEG,
    created_at: 1,
    score: 2.5,
  },
  ...given,
});

let app: TestApp;
let operator: string;
/** Examples given, as passed to `learning`. */
const learned: unknown[] = [];
function learn(what: unknown, given: object = {}) {
  learned.push(what);
  return added(given);
}

beforeAll(async () => {
  const missing = () => {
    throw new LookoutError('not_found', 'There is none');
  };
  const plugin = phraseRoutes({
    rules: { find: (id) => (RULES[id] ? ({ rule: RULES[id] } as never) : missing()) },
    events: { find: async (id) => ({ id, camera: id === 'e-gate' ? 'gate' : 'yard' }) as never },
    calibrations: {
      view: async (_: string, __: Rule, camera: string | undefined, isVisible: (id: string) => boolean) => ({
        ...{ state: 'untested', camera: camera ?? 'yard', phrase: 'a red car', polarity: 'present', model: 'm' },
        ...{ threshold: 1, background: { n: 500, q50: -9, q99: -2, q999: null }, needs: null, expected_per_day: 1 },
        ...{ expected_per_1000: 0.1, recall: null, examples: [], reasons: [], calibrated_at: 1 },
        cameras: ['gate', 'yard'].filter(isVisible).map((id) => ({ camera: id, state: 'untested' })),
      }),
      crop: () => ({ score: 1, timestamp: 7, jpeg: JPEG }),
      example: (_: string, __: Rule, id: string) => added({ id, camera: id === 'of-gate' ? 'gate' : null }),
      removeExample: async (...given: unknown[]) => void learned.push(given[2]),
    } as never,
    learning: {
      fromEvent: async (_: string, __: Rule, { id }: { id: string }, track: number, isPositive: boolean) =>
        learn([id, track, isPositive]),
      fromMoment: async (_: string, __: Rule, moment: object) => learn(moment),
      fromUpload: async (_: string, __: Rule, picture: Uint8Array, is_positive: boolean) =>
        learn([picture, is_positive], { is_positive }),
    } as never,
  });
  app = await startTestApp({ app: { plugins: [plugin] } });
  operator = (await app.keys.create({ name: 'yard', scope: 'operator', cameras: ['yard'] })).key;
});
afterAll(() => app.close());

const call = async (method: string, path: string, body?: object | Uint8Array, key?: string) => {
  const isPicture = body instanceof Uint8Array;
  const answer = await fetch(`${app.base}/api/rules/${path}`, {
    method,
    headers: {
      ...(body && { 'content-type': isPicture ? 'image/jpeg' : 'application/json' }),
      ...(key && { authorization: `Bearer ${key}` }),
    },
    ...(body && { body: isPicture ? new Uint8Array(body) : JSON.stringify(body) }),
  });
  const type = answer.headers.get('content-type') ?? '';
  return { status: answer.status, type, body: type.includes('json') ? await answer.json() : undefined };
};

describe('calibrations', () => {
  it('are shown for the cameras that the caller may see', async () => {
    expect((await call('GET', 'all/calibration?camera=gate')).body).toMatchObject({
      camera: 'gate',
      state: 'untested',
    });
    const limited = await call('GET', 'all/calibration', undefined, operator);
    expect(limited.body.cameras).toEqual([{ camera: 'yard', state: 'untested' }]);
    expect((await call('GET', 'gate/calibration', undefined, operator)).status).toBe(404);
    expect((await call('GET', 'none/calibration')).status).toBe(404);
  });

  it('have pictures of what would have fired, only for those cameras', async () => {
    expect(await call('GET', 'all/calibration/gate/crops/7.jpg')).toMatchObject({ status: 200, type: 'image/jpeg' });
    expect((await call('GET', 'all/calibration/gate/crops/7.jpg', undefined, operator)).status).toBe(404);
    expect((await call('GET', 'all/calibration/gate/crops/later.jpg')).status).toBe(400);
  });
});

describe('examples', () => {
  it('come from an event, a past moment, or a picture', async () => {
    learned.length = 0;
    const moment = NewExample.parse({ camera: 'yard', timestamp: 5, bbox: [0.1, 0.1, 0.4, 0.4] });
    expect((await call('POST', 'all/examples', { event_id: 'e1', track_id: 4, is_positive: false })).status).toBe(201);
    expect((await call('POST', 'all/examples', moment)).status).toBe(201);
    const { status, body } = await call('POST', 'all/examples?is_positive=false', JPEG);
    expect([status, body]).toEqual([
      201,
      { id: 'x1', is_positive: false, score: 2.5, picture_url: '/api/rules/all/examples/x1/picture', created_at: 1 },
    ]);
    expect(learned).toEqual([['e1', 4, false], moment, [JPEG, false]]);
  });

  it.each([
    ['nothing', {}, 400],
    ['a moment without a box', { camera: 'yard', timestamp: 5 }, 400],
    ['more than one thing', { event_id: 'e1', camera: 'yard' }, 400],
    ['a picture that is too large', new Uint8Array(300_000).fill(0xff), 413],
  ])('are refused: %s', async (_, body, status) => {
    expect((await call('POST', 'all/examples', body)).status).toBe(status);
  });

  it('are accepted from callers who may change the rule and see the camera', async () => {
    expect((await call('POST', 'all/examples', JPEG, operator)).status).toBe(403);
    expect((await call('DELETE', 'all/examples/x1', undefined, operator)).status).toBe(403);
    expect((await call('GET', 'all/examples/of-gate/picture', undefined, operator)).status).toBe(404);
    expect(await call('GET', 'all/examples/x1/picture', undefined, operator)).toMatchObject({ type: 'image/jpeg' });
    expect((await call('DELETE', 'all/examples/x1')).status).toBe(204);
  });
});
