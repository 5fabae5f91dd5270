import { LookoutClient, type PublishControl, type PublishState } from '@lookout/client';
import type { Camera } from '@lookout/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { keep } from './support/keep.js';
import type { LookoutProcess } from './support/lookout-process.js';
import { sharedLookout } from './support/shared-lookout.js';
import { RawSocket } from './support/socket.js';
import { streetJpegs } from './support/start.js';
import { until } from './support/until.js';

type PushCamera = Camera & { publish_token: string; view_token: string };

let lookout: LookoutProcess;

beforeAll(async () => {
  lookout = await sharedLookout('file');
});

describe('a camera published to by the SDK in Node', () => {
  it('obeys the rate, continues its numbers, and hears of a newer publisher', async () => {
    const camera = await lookout.send<PushCamera>('POST', '/api/cameras', { kind: 'push', name: 'Node' });
    const jpegs = await streetJpegs();
    const states: PublishState[] = [];
    const controls: PublishControl[] = [];
    const client = new LookoutClient({ baseUrl: lookout.url });
    const publisher = client.publish(camera.publish_token, {
      fps: 20,
      onState: (state) => states.push(state),
      onControl: (control) => controls.push(control),
    });
    keep(publisher, () => publisher.close());
    let i = 0;
    const timer = setInterval(() => publisher.send(jpegs[i++ % jpegs.length] as Uint8Array<ArrayBuffer>), 10);
    keep(timer, () => clearInterval(timer));
    await until('it is live', () => states.at(-1)?.state === 'live');
    const viewer = await RawSocket.open(`${lookout.wsUrl}/ws/view/${camera.view_token}?mode=overlay&every=all`);
    const frames = await viewer.framesAtLeast(20, 60_000);
    expect(frames.every(({ meta }) => meta.age_ms >= 0 && meta.age_ms < 10_000)).toBe(true);
    await until('the server says what it wants', () => controls.length > 0);
    const { sent, dropped, roundTripMs } = publisher.stats();
    expect(sent).toBeGreaterThanOrEqual(20);
    // A hundred a second were offered.
    expect(dropped.throttled).toBeGreaterThan(sent);
    expect(roundTripMs).toBeGreaterThan(0);

    const newer = client.publish(camera.publish_token, { firstFrameNumber: 1000 });
    keep(newer, () => newer.close());
    await until('the older is told', () => states.at(-1)?.state === 'replaced');
    expect(publisher.send(jpegs[0] as Uint8Array<ArrayBuffer>)).toBe(false);
  });

  it('ends where its token is not one', async () => {
    const states: PublishState[] = [];
    const publisher = new LookoutClient({ baseUrl: lookout.url }).publish('lp_nonsense', {
      onState: (state) => states.push(state),
    });
    keep(publisher, () => publisher.close());
    await until('it is refused', () => states.at(-1)?.state === 'refused');
    expect(states.at(-1)?.reason).toBe('this link is not valid, or no longer valid');
  });
});
