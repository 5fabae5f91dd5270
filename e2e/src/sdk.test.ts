import { setTimeout as sleep } from 'node:timers/promises';
import { LookoutClient, type WatchedFrame } from '@lookout/client';
import type { DetectionsEvent } from '@lookout/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { isJpeg } from './support/jpeg.js';
import { keep } from './support/keep.js';
import { sharedLookout } from './support/shared-lookout.js';
import { startCamera } from './support/start.js';
import { until } from './support/until.js';

let client: LookoutClient;

beforeAll(async () => {
  const camera = await startCamera({}, 'file');
  const lookout = await sharedLookout('file');
  client = new LookoutClient({ baseUrl: lookout.url });
  await client.cameras.create({ id: 'yard', name: 'Yard', url: camera.url });
  await lookout.cameraIs('yard', 'live');
});

describe('the SDK in Node', () => {
  it('lists, changes and removes cameras', async () => {
    expect((await client.cameras.list()).map(({ id }) => id)).toEqual(['yard']);
    const added = await client.cameras.create({ name: 'Shed', url: 'http://127.0.0.1:9/stream', enabled: false });
    expect(added).toMatchObject({ id: 'shed', state: 'off' });
    expect((await client.cameras.update('shed', { name: 'Hut' })).name).toBe('Hut');
    await client.cameras.remove('shed');
    await expect(client.cameras.get('shed')).rejects.toMatchObject({ code: 'not_found' });
    const probe = await client.cameras.probe('http://127.0.0.1:9/stream');
    expect(probe).toMatchObject({ ok: false, code: 'camera_unreachable' });
    expect((await client.cameras.stats('yard')).camera_connected).toBe(true);
    expect((await client.system.health()).status).toBe('ok');
    expect((await client.models.list()).some(({ loaded }) => loaded)).toBe(true);
  });

  it('watches: the newest frame with its boxes and its true age', async () => {
    const frames: WatchedFrame[] = [];
    const states: string[] = [];
    const watch = client.watch('yard', {
      onFrame: (frame) => {
        frames.push(frame);
        expect(frame.ageMs()).toBeLessThan(5000);
      },
      onState: ({ state }) => states.push(state),
    });
    keep(watch, () => watch.close());
    await until('ten frames', () => frames.length >= 10);
    expect(frames.every(({ jpeg }) => isJpeg(jpeg))).toBe(true);
    expect(frames.some(({ meta }) => meta.detections.length > 0)).toBe(true);
    expect(states.at(-1)).toBe('live');
    watch.close();
    expect(states.at(-1)).toBe('closed');
  });

  it('gives a slow consumer fewer frames, never older ones', async () => {
    const ages: number[] = [];
    const numbers: number[] = [];
    const watch = client.watch('yard', {
      onFrame: async ({ meta, ageMs }) => {
        ages.push(ageMs());
        numbers.push(meta.frameNumber);
        await sleep(300);
      },
    });
    keep(watch, () => watch.close());
    await until('eight frames', () => numbers.length >= 8);
    const skipped = (numbers.at(-1) as number) - (numbers[0] as number) + 1 - numbers.length;
    expect(skipped).toBeGreaterThan(numbers.length);
    // At most what two slots hold for one turn of the consumer; a queue would be at two seconds by now.
    expect(Math.max(...ages.slice(-3))).toBeLessThan(1200);
  });

  it('says why a watch is refused', async () => {
    const reasons: string[] = [];
    const watch = client.watch('nobody', { onFrame: () => undefined, onState: ({ reason }) => reasons.push(reason) });
    keep(watch, () => watch.close());
    await until('a reason', () => reasons.some((reason) => reason.includes('nobody')));
  });

  it('follows detections without pictures', async () => {
    const events: DetectionsEvent[] = [];
    const subscription = client.detections('yard', { onDetections: (event) => events.push(event) });
    keep(subscription, () => subscription.close());
    await until('a person', () =>
      events.some(({ detections }) => detections.some(({ class_name }) => class_name === 'person')),
    );
    expect(events.every(({ camera }) => camera === 'yard')).toBe(true);
    subscription.close();
    await subscription.closed;
  });
});
