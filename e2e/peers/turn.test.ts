import { pathToFileURL } from 'node:url';
import { makeClip } from '@lookout/media/testing';
import type { Camera } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { openPage } from '../src/support/browser.js';
import type { LookoutProcess } from '../src/support/lookout-process.js';
import { scratchFolder } from '../src/support/scratch-folder.js';
import { startLookout } from '../src/support/start.js';
import { startTurnServer, type TurnServer } from '../src/support/turn-server.js';
import { until } from '../src/support/until.js';
import { allowCandidates, candidateOf, publishByWhip, watchByWhep } from '../src/support/whep.js';

/** With one camera of H.264. */
async function start({ url }: TurnServer, credential: string): Promise<LookoutProcess> {
  const servers = `[{ url: "${url}", username: lookout, credential: ${credential} }]`;
  const lookout = await startLookout({ yaml: `webrtc: { ice_servers: ${servers} }` });
  const clip = makeClip(scratchFolder(), 'clip.mp4', '320x240', '-bf', '0');
  await lookout.addCamera({ id: 'gate', url: pathToFileURL(clip).href });
  await lookout.cameraIs('gate', 'live');
  return lookout;
}

const logged = (lookout: LookoutProcess, text: string) =>
  until(`the log says: ${text}`, () => lookout.output.text.includes(text), { last: () => lookout.output.text });

it('relays what Chromium watches and publishes where nothing else gets through', async () => {
  const turn = await startTurnServer();
  const lookout = await start(turn, 'sesame');
  await logged(lookout, 'WebRTC uses this STUN or TURN server');
  const { page: viewer } = await openPage(`${lookout.url}/system`);
  await allowCandidates(viewer, ' typ relay ');
  expect(await watchByWhep(viewer, `${lookout.url}/whep/gate`)).toMatchObject({ width: 320, height: 240 });
  expect(await candidateOf(viewer)).toBe('udp relay');

  const camera = await lookout.send<Camera>('POST', '/api/cameras', { id: 'yard', kind: 'push' });
  const { page: publisher } = await openPage(`${lookout.url}/system`);
  await allowCandidates(publisher, ' typ relay ');
  await publishByWhip(publisher, `${lookout.url}/whip/${camera.publish_token}`, 'VP8');
  await lookout.cameraIs('yard', 'live');
  expect(await candidateOf(publisher)).toBe('udp relay');
  // A channel for each peer: coturn's own word that it relays.
  const channels = () => turn.log().match(/incoming packet CHANNEL_BIND processed, success/g)?.length ?? 0;
  await until('coturn has bound two channels', () => channels() >= 2, { last: turn.log });
});

it('goes on without a TURN server that refuses the credential, and says so', async () => {
  const turn = await startTurnServer();
  const lookout = await start(turn, 'wrong');
  await logged(lookout, 'WebRTC goes without this STUN or TURN server: it refuses the username or the credential');
  expect(lookout.output.text).not.toContain('wrong');
  const { page } = await openPage(`${lookout.url}/system`);
  const watched = await watchByWhep(page, `${lookout.url}/whep/gate`);
  expect(watched).toMatchObject({ width: 320, height: 240 });
  expect(await candidateOf(page)).toBe('udp host');
});

it('goes on without a TURN server that does not answer, and says so', async () => {
  const lookout = await start({ url: 'turn:127.0.0.1:9', log: () => '' }, 'sesame');
  await logged(lookout, 'WebRTC goes without this STUN or TURN server: it does not answer');
});
