import type { CreatedRules, RuleEvent } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { HttpStream } from '../support/http-stream.js';
import { sharedLookout } from '../support/shared-lookout.js';
import { startCamera } from '../support/start.js';
import { until } from '../support/until.js';

it('the clip of an event plays in a browser', async () => {
  const lookout = await sharedLookout();
  const camera = await startCamera();
  await lookout.addCamera({ id: 'street', name: 'Street', url: camera.url });
  const stream = await HttpStream.open(`${lookout.url}/api/events/stream`);
  const rule = { trigger: { behavior: 'appear', subject: { classes: ['person'] } } };
  await lookout.send<CreatedRules>('POST', '/api/rules', { rule });
  const event = await until('an event', () => stream.events<RuleEvent>('created')[0], { timeoutMs: 30_000 });
  // A second of what follows is in the clip too.
  await until('frames', async () => (await lookout.stats('street')).frames.received > 30);
  const { page } = await openPage(`${lookout.url}${event.clip_url}`);
  const video = page.locator('video');
  await until('it is loaded', () => video.evaluate((shown: HTMLVideoElement) => shown.readyState >= 2));
  expect(await video.evaluate((shown: HTMLVideoElement) => [shown.videoWidth, shown.videoHeight])).toEqual([640, 480]);
  await video.evaluate((shown: HTMLVideoElement) => {
    shown.muted = true;
    return shown.play();
  });
  await until('it plays', () => video.evaluate((shown: HTMLVideoElement) => shown.currentTime > 0.3 || shown.ended));
  expect(await video.evaluate((shown: HTMLVideoElement) => shown.error)).toBeNull();
});
