import { sessionOffer, startRtspServer } from '@lookout/media/testing';
import type { Camera } from '@lookout/protocol';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { openPage } from '../support/browser.js';
import { keep } from '../support/keep.js';
import type { LookoutProcess } from '../support/lookout-process.js';
import { sharedLookout } from '../support/shared-lookout.js';
import { until } from '../support/until.js';
import { allowCandidates, candidateOf, publishByWhip, watchByWhep } from '../support/whep.js';

type RtspOptions = Parameters<typeof startRtspServer>[0];
const startRtsp = async (options: RtspOptions) => keep(await startRtspServer(options), (server) => server.stop());

let lookout: LookoutProcess;
beforeAll(async () => {
  lookout = await sharedLookout('file');
});
afterEach(() => lookout.removeCameras());

const sessionsOf = async (role: string) => {
  const metrics = await (await lookout.fetch('/metrics')).text();
  return Number(new RegExp(`lookout_webrtc_sessions\\{role="${role}"\\} (\\d+)`).exec(metrics)?.[1]);
};

describe('watching by WHEP in Chromium', () => {
  it.each([{ audio: false }, { audio: true }])(
    'shows the camera’s own H.264 (offer with audio: $audio)',
    async (options) => {
      const server = await startRtsp({ width: 320, height: 240, fps: 20, keyframeInterval: 100 });
      await lookout.addCamera({ id: 'gate', url: server.url });
      await lookout.cameraIs('gate', 'live');
      const { page, complaints } = await openPage(`${lookout.url}/settings/system`);
      const watched = await watchByWhep(page, `${lookout.url}/whep/gate`, options);
      expect(watched).toMatchObject({ status: 201, width: 320, height: 240 });
      expect(await sessionsOf('viewer')).toBe(1);
      const end = () => lookout.fetch(watched.location ?? '', { method: 'DELETE' });
      expect([(await end()).status, (await end()).status]).toEqual([204, 404]);
      expect(await sessionsOf('viewer')).toBe(0);
      expect(complaints).toEqual([]);
    },
  );

  it('says so if the camera sends B-frames', async () => {
    const server = await startRtsp({ width: 320, height: 240, fps: 20, bFrames: 2 });
    await lookout.addCamera({ id: 'gate', url: server.url });
    await lookout.cameraIs('gate', 'live');
    await until(
      'its B-frames are known',
      async () =>
        (
          await lookout.fetch('/whep/gate', {
            method: 'POST',
            body: sessionOffer(),
            headers: { 'Content-Type': 'application/sdp' },
          })
        ).status === 415,
    );
    const { page } = await openPage(`${lookout.url}/settings/system`);
    await expect(watchByWhep(page, `${lookout.url}/whep/gate`)).rejects.toThrow(/415 .*B-frames/);
  });
});

describe('publishing by WHIP from Chromium', () => {
  it.each(['VP8', 'H264'] as const)('makes its camera live, in %s, until it ends', async (codec) => {
    const camera = await lookout.send<Camera>('POST', '/api/cameras', { id: 'yard', kind: 'push' });
    const { page, complaints } = await openPage(`${lookout.url}/settings/system`);
    const location = await publishByWhip(page, `${lookout.url}/whip/${camera.publish_token}`, codec);
    const live = await lookout.cameraIs('yard', 'live');
    expect(live).toMatchObject({ width: 320, height: 240, codec: codec.toLowerCase() });
    const viewer = await openPage(`${lookout.url}/settings/system`);
    const watched = await watchByWhep(viewer.page, `${lookout.url}/whep/yard`);
    expect(watched).toMatchObject({ status: 201, width: 320, height: 240 });
    expect((await lookout.fetch(location, { method: 'DELETE' })).status).toBe(204);
    expect(await lookout.cameraIs('yard', 'off')).toMatchObject({ state_reason: 'The publisher disconnected' });
    expect(complaints).toEqual([]);
  });
});

describe('where the network lets no UDP through', () => {
  it('publishes and watches in Chromium over TCP, at the port of the pages', async () => {
    const camera = await lookout.send<Camera>('POST', '/api/cameras', { id: 'yard', kind: 'push' });
    const [publisher, viewer] = [await openPage(`${lookout.url}/system`), await openPage(`${lookout.url}/system`)];
    for (const { page } of [publisher, viewer]) await allowCandidates(page, ' tcp ');
    await publishByWhip(publisher.page, `${lookout.url}/whip/${camera.publish_token}`, 'VP8');
    await lookout.cameraIs('yard', 'live');
    const watched = await watchByWhep(viewer.page, `${lookout.url}/whep/yard`);
    expect(watched).toMatchObject({ width: 320, height: 240 });
    for (const { page } of [publisher, viewer]) expect(await candidateOf(page)).toBe('tcp host');
    const metrics = await (await lookout.fetch('/metrics')).text();
    expect(Number(/^lookout_webrtc_tcp_connections (\d+)/m.exec(metrics)?.[1])).toBeGreaterThanOrEqual(2);
  });
});
