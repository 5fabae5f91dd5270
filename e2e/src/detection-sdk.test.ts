import { type FrameResult, LookoutClient, type OpenDetectionSessionOptions } from '@lookout/client';
import { beforeAll, describe, expect, it } from 'vitest';
import { keep } from './support/keep.js';
import { restartShared, sharedLookout } from './support/shared-lookout.js';
import { streetJpegs } from './support/start.js';
import { until } from './support/until.js';

let client: LookoutClient;
let jpegs: Uint8Array<ArrayBuffer>[];
let jpeg: Uint8Array<ArrayBuffer>;

beforeAll(async () => {
  jpegs = await streetJpegs();
  jpeg = jpegs[0] as Uint8Array<ArrayBuffer>;
  const lookout = await sharedLookout('file');
  client = new LookoutClient({ baseUrl: lookout.url });
});

async function open(options: OpenDetectionSessionOptions) {
  return keep(await client.openDetectionSession(options), (session) => session.close());
}

const people = ({ detections }: Pick<FrameResult, 'detections'>) =>
  detections.filter(({ class_name }) => class_name === 'person').length;

describe('a picture by the SDK', () => {
  it('tells what is in it, however it is given', async () => {
    const whole = await client.detect(jpeg);
    expect(whole.image_size).toEqual([640, 480]);
    expect(people(whole)).toBeGreaterThanOrEqual(3);
    const url = `data:image/jpeg;base64,${Buffer.from(jpeg).toString('base64')}`;
    for (const image of [new Blob([jpeg]), jpeg.slice().buffer, url]) {
      expect((await client.detect(image)).detections).toEqual(whole.detections);
    }
    const none = await client.detect(jpeg, { settings: { classes: ['giraffe'], quality_mode: 'fast' } });
    expect(none.detections).toEqual([]);
  });

  it('says what is wrong, with the field', async () => {
    const unknown = client.detect(jpeg, { settings: { classes: ['dragon'] } });
    await expect(unknown).rejects.toMatchObject({ code: 'validation_failed', httpStatus: 400 });
    await expect(unknown).rejects.toHaveProperty('fields.0.field', 'classes.0');
    await expect(client.detect(jpeg.subarray(0, 300))).rejects.toMatchObject({ httpStatus: 400 });
    await expect(client.detect(new Uint8Array(100))).rejects.toMatchObject({ code: 'unsupported_media_type' });
  });
});

describe.each(['ws', 'sse'] as const)('a detection session by the SDK over %s', (transport) => {
  it('answers frames with what is in them, and follows it', async () => {
    const session = await open({ transport, settings: { fps_limit: 30, classes: ['person'], enable_tracking: true } });
    const results: FrameResult[] = [];
    let asked = 0;
    const frames = function* () {
      for (const image of jpegs) yield { image, frameId: `frame-${asked++}`, timestampMs: Date.now() };
    };
    const order: unknown[] = [];
    for await (const answer of session.stream(frames())) {
      order.push(answer.frameId);
      if (answer.type === 'result') results.push(answer);
      if (answer.type === 'error') throw answer.error;
    }
    expect(order).toEqual(jpegs.map((_, i) => `frame-${i}`));
    expect(results.length).toBeGreaterThan(0);
    expect(results.every((result) => people(result) > 0 && result.roundTripMs > 0)).toBe(true);
    const { sent, failed, dropped, inFlight } = session.counts();
    expect(failed + inFlight + dropped.in_flight + dropped.offline).toBe(0);
    expect(sent).toBe(jpegs.length);
    expect(results.length + dropped.rate_limited + dropped.superseded + dropped.queue_full).toBe(sent);
  });

  it('keeps to what may be in flight, and answers each frame once', async () => {
    const session = await open({ transport, maxInFlight: 2, settings: { fps_limit: 30 } });
    const answers = await Promise.all(Array.from({ length: 6 }, (_, frameId) => session.detect(jpeg, { frameId })));
    expect(answers.map(({ frameId }) => frameId)).toEqual([0, 1, 2, 3, 4, 5]);
    const ours = answers.filter((answer) => answer.type === 'dropped' && answer.reason === 'in_flight');
    expect(ours.length).toBeGreaterThanOrEqual(4);
  });

  it('changes settings, refuses wrong ones by their field, and tells what the server counts', async () => {
    const session = await open({ transport });
    expect(await session.configure({ classes: ['giraffe'], fps_limit: 30 })).toMatchObject({ classes: ['giraffe'] });
    expect(await session.detect(jpeg)).toMatchObject({ type: 'result', detections: [] });
    const wrong = session.configure({ fps_limit: 9000 });
    await expect(wrong).rejects.toMatchObject({
      code: 'validation_failed',
      message: expect.stringContaining('fps_limit'),
    });
    const refusal = await until('a frame that is not too early', async () => {
      try {
        await session.detect(new Uint8Array(100));
        return undefined;
      } catch (error) {
        return error;
      }
    });
    expect(refusal).toMatchObject({ name: expect.stringMatching(/^(Lookout|Request)Error$/) });
    const stats = await session.serverStats();
    if (transport === 'sse') expect(stats?.frames.processed).toBe(1);
    else expect(stats).toBeUndefined();
    await session.close();
    await expect(session.detect(jpeg)).rejects.toMatchObject({ code: 'session_closed' });
  });

  it('does not open with settings that are wrong, and says which', async () => {
    const opening = client.openDetectionSession({ transport, settings: { classes: ['dragon'] } });
    await expect(opening).rejects.toMatchObject({
      code: 'validation_failed',
      message: expect.stringContaining('dragon'),
    });
  });

  it('runs on the model it asks for, and says where there is none of that name', async () => {
    const session = await open({ transport, settings: { model: 'nanodet-g' } });
    expect(await session.detect(jpeg)).toMatchObject({ type: 'result' });
    const opening = client.openDetectionSession({ transport, settings: { model: 'nobodys' } });
    await expect(opening).rejects.toMatchObject({
      code: 'model_not_found',
      message: expect.stringContaining('nobodys'),
    });
  });
});

it('sessions come back with their settings when the server was away', async () => {
  const own = await sharedLookout();
  const sessions = await Promise.all(
    (['ws', 'sse'] as const).map(async (transport) => {
      const states: string[] = [];
      const session = keep(
        await new LookoutClient({ baseUrl: own.url }).openDetectionSession({
          transport,
          settings: { classes: ['giraffe'] },
          onState: ({ state }) => states.push(state),
        }),
        (opened) => opened.close(),
      );
      return { session, states };
    }),
  );
  for (const { session } of sessions)
    expect(await session.detect(jpeg)).toMatchObject({ type: 'result', detections: [] });
  await own.end();
  for (const { session, states } of sessions) {
    await until('that it is away', () => states.includes('reconnecting'));
    expect(await session.detect(jpeg)).toMatchObject({ type: 'dropped', reason: 'offline' });
  }
  await restartShared(own);
  for (const { session, states } of sessions) {
    await until('that it is back', () => states.at(-1) === 'open', { timeoutMs: 40_000 });
    await session.ready();
    expect(await session.detect(jpeg)).toMatchObject({ type: 'result', detections: [] });
  }
});
