import { type EncodedPacket, type EncodedStream, GROUP_LIMITS, nowMs } from '@lookout/media';
import { encodedClip } from '@lookout/media/testing';
import { LookoutError } from '@lookout/protocol';
import { expect, it, onTestFinished, vi } from 'vitest';
import type { CameraSourceEvents } from './pipeline/cameras/camera-options.js';
import { PeerLinks } from './platform/cluster/peer-links.js';
import type { PeerNode } from './platform/cluster/placement.js';
import { consumer } from './testing/analysis-lane.js';
import { Cluster, startClusterNode } from './testing/cluster-nodes.js';
import { until } from './testing/whole-server.js';

// What those who play a camera's video get on a node that does not read it.

/** Two seconds of H.264 with a keyframe each second, in both framings. */
const clips = Promise.all([encodedClip('annexb'), encodedClip('length-prefixed')]);

/** The owner, with its clock ahead, and a node that viewers have come to. */
async function startPair(aheadMs = 0) {
  const cluster = new Cluster();
  const owner = await startClusterNode(cluster, 'n2', aheadMs);
  const entry = await startClusterNode(cluster, 'n1');
  cluster.moveTo('n2');
  await owner.camera.setElsewhere(false);
  await until(() => entry.camera.state === 'live');
  return { cluster, owner, entry, source: owner.camera.video.encoded };
}

/** Somebody who plays a camera's video, and what came. */
function play(stream: EncodedStream) {
  const came: EncodedPacket[] = [];
  const cameMs: number[] = [];
  const read = () => {
    for (let packet = taker.next(); packet !== undefined; packet = taker.next()) {
      came.push(packet);
      cameMs.push(performance.now());
    }
  };
  const taker = stream.take({ ...GROUP_LIMITS, onPackets: read });
  read();
  return { came, cameMs, close: () => taker.close() };
}

/** As if they were taken `ageMs` ago, by the clock of their node. */
function at(packets: readonly EncodedPacket[], nowMs: number, ageMs = 5): EncodedPacket[] {
  const [first] = packets;
  if (!first) return [];
  const byMs = nowMs - ageMs - first.ptsMs;
  return packets.map((packet) => ({
    ...packet,
    ...{ ptsMs: packet.ptsMs + byMs, dtsMs: packet.dtsMs + byMs, timestampMs: nowMs - ageMs },
  }));
}

const dataOf = (packets: readonly EncodedPacket[]) => packets.map(({ data }) => Buffer.from(data).toString('base64'));
const percentile = (sorted: readonly number[], share: number) => sorted[Math.floor(sorted.length * share)] ?? 0;

it('brings a camera’s video to a node once for all who play it there, by the clock of that node', async () => {
  const AHEAD_MS = 3_600_000;
  const { owner, entry, source } = await startPair(AHEAD_MS);
  const [clip] = await clips;
  const packets = at(clip, nowMs() + AHEAD_MS);
  const kept = packets.slice(0, 5);
  const players = Array.from({ length: 50 }, () => play(entry.camera.video.encoded));
  await until(() => source.takerCount > 0);
  expect([source.takerCount, owner.camera.video.viewerCount, owner.camera.hub.viewerCount]).toEqual([1, 1, 0]);
  for (const packet of kept) source.put(packet);
  await until(() => players.every(({ came }) => came.length === kept.length));
  // One who comes later begins with the newest group, which is here.
  players.push(play(entry.camera.video.encoded));
  expect(players.at(-1)?.came).toHaveLength(kept.length);
  const delaysMs: number[] = [];
  for (const [i, packet] of packets.entries()) {
    if (i < kept.length) continue;
    const putMs = performance.now();
    source.put(packet);
    await until(() => players[0]?.cameMs[i]);
    delaysMs.push((players[0]?.cameMs[i] ?? 0) - putMs);
  }
  delaysMs.sort((a, b) => a - b);
  const [p50, p95] = [0.5, 0.95].map((share) => percentile(delaysMs, share).toFixed(1));
  console.info(`packets pass to another node in ${p50} ms (median) and ${p95} ms (p95)`);
  expect(source.takerCount).toBe(1);
  for (const { came } of players) expect(dataOf(came)).toEqual(dataOf(packets));
  const came = players[0]?.came ?? [];
  expect(new Set(came.map(({ format }) => format)).size, 'one object for all of a format').toBe(1);
  expect(came[0]?.format).toEqual(clip[0]?.format);
  const steps = (of: readonly EncodedPacket[]) => of.map(({ ptsMs }) => Math.round(ptsMs - (of[0]?.ptsMs ?? 0)));
  expect(steps(came)).toEqual(steps(packets));
  for (const { timestampMs } of came) expect(Math.abs(nowMs() - timestampMs)).toBeLessThan(5000);
  const [last, ...others] = players;
  for (const { close } of others) close();
  expect(source.takerCount).toBe(1);
  last?.close();
  await until(() => source.takerCount === 0);
  expect(entry.camera.video.encoded.group, 'it would be the past for the next one').toHaveLength(0);
});

it('goes on with the next keyframe of the next owner, for those who play a camera’s video', async () => {
  const { cluster, owner, entry, source } = await startPair();
  const second = await startClusterNode(cluster, 'n3');
  const [clip, inAnotherFormat] = await clips;
  const player = play(entry.camera.video.encoded);
  await until(() => source.takerCount === 1);
  const before = at(clip.slice(0, 10), nowMs());
  for (const packet of before) source.put(packet);
  await until(() => player.came.length === 10);
  await owner.close();
  cluster.moveTo(undefined);
  await second.camera.setElsewhere(false);
  cluster.moveTo('n3');
  await until(() => second.camera.video.encoded.takerCount === 1);
  const after = at(inAnotherFormat.slice(10), nowMs());
  for (const packet of after) second.camera.video.encoded.put(packet);
  const playable = after.slice(after.findIndex(({ keyframe }) => keyframe));
  await until(() => player.came.length === 10 + playable.length);
  expect(dataOf(player.came)).toEqual(dataOf([...before, ...playable]));
  const { extradata, ...format } = player.came.at(-1)?.format ?? {};
  expect({ ...format, extradata: Buffer.from(extradata ?? []) }).toEqual({
    ...playable[0]?.format,
    extradata: Buffer.from(playable[0]?.format.extradata ?? []),
  });
  expect(extradata?.length).toBeGreaterThan(0);
  player.close();
  await until(() => second.camera.video.encoded.takerCount === 0);

  const here = play(entry.camera.video.encoded);
  await until(() => second.camera.video.encoded.takerCount === 1);
  cluster.moveTo('n1');
  await entry.camera.setElsewhere(false);
  await until(() => second.camera.video.encoded.takerCount === 0);
  const count = here.came.length;
  for (const packet of at(clip, nowMs())) entry.camera.video.encoded.put(packet);
  expect(here.came.length, 'of the source here').toBe(count + clip.length);
  here.close();
});

it('has a second of video on its way to a node that is behind, which continues at the newest keyframe', async () => {
  const { cluster, source } = await startPair();
  const links = new PeerLinks('n9', 'open sesame');
  onTestFinished(() => links.close());
  const [clip] = await clips;
  let count = 0;
  let lastBytes = 0;
  const socket = links.webSocket(cluster.nodes.get('n2') as PeerNode, '/internal/packets/yard', {
    maxPayload: 1e6,
    onMessage: (message) => {
      count++;
      lastBytes = message.length;
    },
    onClosed: () => undefined,
  });
  await until(() => source.takerCount === 1);
  const packets = at([...clip, ...clip, ...clip], nowMs());
  for (const packet of packets) source.put(packet);
  await until(() => count === 30);
  expect(source.counts.skipped, 'up to the newest keyframe').toBe(packets.length - 30 - 25);
  socket.send(JSON.stringify({ type: 'taken' }));
  await until(() => count === 31);
  expect(lastBytes).toBeGreaterThan(packets.findLast(({ keyframe }) => keyframe)?.data.length ?? 0);
  socket.send('nonsense');
  await until(() => source.takerCount === 0);
});

it('keeps the video of another node while those leave who watch its JPEGs', async () => {
  const { owner, entry, source } = await startPair();
  const [clip] = await clips;
  const leave = entry.camera.hub.subscribeAnalysis(consumer());
  const player = play(entry.camera.video.encoded);
  await until(() => owner.camera.hub.viewerCount === 1 && source.takerCount === 1);
  for (const packet of at(clip.slice(0, 5), nowMs())) source.put(packet);
  await until(() => player.came.length === 5);
  vi.useFakeTimers({ toFake: ['setTimeout'] });
  leave();
  vi.advanceTimersByTime(3000);
  vi.useRealTimers();
  await until(() => owner.camera.hub.viewerCount === 0);
  for (const packet of at(clip.slice(5, 10), nowMs())) source.put(packet);
  await until(() => player.came.length === 10);
  player.close();
});

it('knows of the video of another node what that one does', async () => {
  const { owner, entry } = await startPair();
  const [events] = owner.sources as [CameraSourceEvents];
  expect(entry.camera.playing).toMatchObject({ state: 'live', reordered: false });
  events.onInfo({ transport: 'websocket', codec: 'h264', width: 640, height: 480, fps: 25 });
  await until(() => entry.camera.playing.codec === 'h264');
  const counts = { packets: 25, bytes: 1000, keyframes: 1, group: undefined, groupKept: true, takers: 0, skipped: 0 };
  const decoding = { undecoded: 0, decoding: 'all', decoder: 'software', overloaded: false } as const;
  events.onEncoded?.({ ...counts, ...decoding, reordered: true });
  await until(() => entry.camera.playing.reordered);
  expect(entry.camera.view().video).toEqual({ codec: 'h264', width: 640, height: 480, fps: 25 });
  const error = new LookoutError('camera_unreachable', 'It has gone');
  events.onState('unreachable', error.message, error);
  await until(() => entry.camera.playing.state === 'unreachable');
  expect(entry.camera.playing).toMatchObject({ reason: 'It has gone', error: { code: 'camera_unreachable' } });
});
