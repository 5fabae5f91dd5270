import { type EncodedPacket, nowMs, openPacketDecoder } from '@lookout/media';
import { encodedClip } from '@lookout/media/testing';
import { CameraConfig } from '@lookout/protocol';
import { createTracker } from '@lookout/vision';
import { afterEach, beforeAll, describe, expect, it } from 'vitest';
import { model } from '../../testing/fake-workers.js';
import type { AnalysisPool } from '../analysis/analysis-pool.js';
import { Dispatcher } from '../analysis/dispatcher.js';
import { Camera } from '../cameras/camera.js';
import { type Publisher, PushSources } from './push-source.js';

/** A camera that is published to in H.264 made by FFmpeg, with a real decoder. */
let avc: EncodedPacket[];
let annexb: EncodedPacket[];
beforeAll(async () => {
  [avc, annexb] = await Promise.all([encodedClip('length-prefixed'), encodedClip('annexb')]);
});

const closers: Array<() => Promise<void>> = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function setUp() {
  const sources = new PushSources({ now: nowMs, openDecoder: openPacketDecoder });
  const ignore = () => undefined;
  const config = CameraConfig.parse({
    ...{ id: 'yard', name: 'Yard', kind: 'push', enabled: true, zones: [], lines: [], masks: [] },
    detect: { enabled: false, fps: 30, idle_fps: 5, inference_size: 'auto', confidence: 'auto', cross_class_iou: 0.8 },
  });
  const camera = new Camera(
    {
      config,
      origin: 'api',
      hasFixedRegions: false,
      model: () => model,
      device: () => 'cpu',
      auto: { size: 416, confidence: 0.4 },
      pool: { runSoon: () => Promise.reject(new Error('nothing is analysed here')) } as unknown as AnalysisPool,
      dispatcher: new Dispatcher({ reserve: () => undefined, freeCount: () => 0 }, nowMs),
      openSource: (_config, events, firstFrameNumber) => sources.open('yard', events, firstFrameNumber),
      createTracker: () => createTracker(),
      sink: { frame: ignore, stages: ignore, state: ignore, reconnect: ignore, viewers: ignore },
      onEncode: ignore,
      lastSeen: () => ({}),
      alarmed: () => new Set(),
      log: { info: ignore, warn: ignore },
      now: nowMs,
    },
    { onChange: ignore, onLives: ignore, onObserved: ignore },
  );
  closers.push(() => camera.close());
  const publish = () => {
    const ends: string[] = [];
    const errors: string[] = [];
    const publisher: Publisher = {
      end: (reason) => ends.push(reason),
      undecodable: ({ code }) => errors.push(code),
      decoded: ignore,
    };
    const source = sources.get('yard');
    source.attach(publisher);
    const send = (packets: readonly EncodedPacket[]) => {
      for (const packet of packets) source.packet(publisher, packet);
    };
    return { publisher, ends, errors, send, leave: (reason?: string) => source.detach(publisher, reason) };
  };
  return { camera, publish };
}

const isLive = (camera: Camera) => expect.poll(() => camera.state).toBe('live');

describe('a camera that is published to in H.264', () => {
  it.each(['length-prefixed', 'annexb'] as const)('is live, and says what it sends (%s)', async (framing) => {
    const { camera, publish } = setUp();
    await expect.poll(() => camera.stateReason).toBe('Waiting for a publisher');
    const encoder = publish();
    expect(camera.state).toBe('connecting');
    encoder.send(framing === 'annexb' ? annexb : avc);
    await isLive(camera);
    expect(camera.view()).toMatchObject({ codec: 'h264', video: { codec: 'h264', width: 320, height: 240, fps: 25 } });
    expect(camera.video.encoded.format).toMatchObject({ codec: 'h264', framing });
    await expect.poll(() => camera.report().video?.packets).toBe(50);
    expect(camera.report().video).toMatchObject({ keyframes: 2, decoding: 'off', group: { packets: 25 } });
    expect(camera.report().bytes_in).toBe(camera.report().video?.bytes);
    expect(encoder.errors).toEqual([]);
  });

  it('has a picture for players and for snapshots at once', async () => {
    const { camera, publish } = setUp();
    await expect.poll(() => camera.stateReason).toBe('Waiting for a publisher');
    const encoder = publish();
    encoder.send(avc.slice(0, 40));
    await isLive(camera);
    const taken: EncodedPacket[] = [];
    const taker = camera.video.encoded.take({ maxBytes: 1e7, maxPackets: 100, onPackets: () => undefined });
    for (let packet = taker.next(); packet !== undefined; packet = taker.next()) taken.push(packet);
    expect(taken).toEqual(avc.slice(25, 40));
    await expect.poll(() => camera.report().video?.decoding).toBe('off');
    const stale = camera.hub.newest;
    await expect.poll(() => nowMs() - (stale?.frame.receivedMs ?? nowMs())).toBeGreaterThan(1000);
    const next = camera.hub.nextPicture(10_000);
    encoder.send(avc.slice(40, 42));
    const pictures = await next;
    expect(pictures).not.toBe(stale);
    expect((await pictures?.overlay())?.length).toBeGreaterThan(1000);
  });

  it('goes on with the next publisher, whatever its format, after an abrupt end and after a replacement', async () => {
    const { camera, publish } = setUp();
    await expect.poll(() => camera.stateReason).toBe('Waiting for a publisher');
    const first = publish();
    first.send(avc.slice(0, 10));
    await isLive(camera);
    const taken: EncodedPacket[] = [];
    const taker = camera.video.encoded.take({
      ...{ maxBytes: 1e7, maxPackets: 100 },
      onPackets: () => {
        for (let packet = taker.next(); packet !== undefined; packet = taker.next()) taken.push(packet);
      },
    });
    first.leave('the connection was reset');
    expect(camera.state).toBe('off');
    expect(camera.stateReason).toContain('the connection was reset');
    expect(camera.video.encoded.counts.groupKept).toBe(false);
    const second = publish();
    second.send(annexb.slice(5, 30));
    await isLive(camera);
    const third = publish();
    expect(second.ends).toEqual(['replaced']);
    second.send(annexb.slice(30));
    third.send(avc.slice(20, 30));
    await isLive(camera);
    expect(taken, 'from a keyframe of each').toEqual([
      ...avc.slice(0, 10),
      ...annexb.slice(25, 30),
      ...avc.slice(25, 30),
    ]);
  });
});
