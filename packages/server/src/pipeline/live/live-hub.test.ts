import type { VideoFrame } from '@lookout/media';
import { describe, expect, it, vi } from 'vitest';
import type { AnalysisLane } from './analysis-lane.js';
import type { AnalysisConsumer, PictureConsumer } from './consumer.js';
import { LiveHub } from './live-hub.js';

function setUp() {
  const clock = { ms: 10_000 };
  const told: Array<[isNeeded: boolean, viewers: number]> = [];
  const lane = {
    add: () => undefined,
    remove: () => undefined,
    forget: () => undefined,
    offer: () => undefined,
    readFps: 0,
    neededFps: 0,
    settings: { enabled: true },
  } as unknown as AnalysisLane;
  const hub = new LiveHub({
    lane,
    now: () => clock.ms,
    pictures: { runSoon: () => Promise.reject(new Error('nothing is made here')), onEncode: () => undefined },
    onConsumers: (isNeeded) => void told.push([isNeeded, hub.viewerCount]),
  });
  return { hub, told, clock, lane };
}

const consumer = (receivesPictures: boolean): AnalysisConsumer & PictureConsumer => ({
  receivesPictures,
  fps: 30,
  wantsOverlay: receivesPictures,
  wants: () => 'claim',
  deliver: () => undefined,
  wantsPicture: () => true,
  deliverPicture: () => undefined,
  cameraRemoved: () => undefined,
});

it('counts the connections that receive pictures, not their subscriptions', () => {
  const { hub, told } = setUp();
  // Every frame, with the boxes of the analysis: two subscriptions of one connection.
  const everyFrame = consumer(true);
  const ends = [hub.subscribePictures(everyFrame), hub.subscribeAnalysis(everyFrame)];
  expect(hub.viewerCount).toBe(1);
  const endOther = hub.subscribeAnalysis(consumer(true));
  expect(hub.viewerCount).toBe(2);
  for (const end of ends) end();
  expect(hub.viewerCount).toBe(1);
  endOther();
  expect(told).toEqual([
    [true, 1],
    [true, 1],
    [true, 2],
    [true, 2],
    [true, 1],
    [false, 0],
  ]);
});

it('needs the camera for a reader of detections, who is no viewer', () => {
  const { hub, told } = setUp();
  const end = hub.subscribeAnalysis(consumer(false));
  end();
  end();
  expect(told).toEqual([
    [true, 0],
    [false, 0],
  ]);
});

it('needs the camera for who waits for its first picture, who is no viewer', async () => {
  const { hub, told } = setUp();
  const waiting = hub.nextPicture(10_000);
  hub.close();
  expect(await waiting).toBeUndefined();
  expect(told).toEqual([
    [true, 0],
    [false, 0],
  ]);
});

describe('the newest frame of a video camera', () => {
  const videoFrame = (number: number, receivedMs: number): VideoFrame => ({
    kind: 'video',
    number,
    mediaMs: receivedMs,
    timestampMs: receivedMs,
    receivedMs,
    width: 4,
    height: 4,
    render: () => Promise.reject(new Error('nothing is rendered here')),
    retain: () => undefined,
    release: () => undefined,
  });

  it('is given at once while it is new; otherwise the next one, for which decoding is needed', async () => {
    const { hub, clock } = setUp();
    hub.put(videoFrame(1, clock.ms));
    expect((await hub.nextPicture(5000))?.frame.number).toBe(1);
    expect(hub.neededFps).toBe(0);
    clock.ms += 60_000;
    const next = hub.nextPicture(5000);
    expect(hub.neededFps).toBe(Number.POSITIVE_INFINITY);
    hub.put(videoFrame(2, clock.ms));
    expect((await next)?.frame.number).toBe(2);
    expect(hub.neededFps).toBe(0);
  });

  it('is given old where no other comes', async () => {
    vi.useFakeTimers();
    try {
      const { hub, clock, told } = setUp();
      hub.put(videoFrame(1, clock.ms));
      clock.ms += 60_000;
      const next = hub.nextPicture(5000);
      await vi.advanceTimersByTimeAsync(5000);
      expect((await next)?.frame.number).toBe(1);
      expect(told.at(-1)).toEqual([false, 0]);
    } finally {
      vi.useRealTimers();
    }
  });
});

it('needs what the most demanding consumer does, of frames or of analyses', () => {
  const { hub, lane } = setUp();
  const analyses = lane as { neededFps: number; settings: { enabled: boolean } };
  expect(hub.neededFps).toBe(0);
  analyses.neededFps = 5;
  expect(hub.neededFps).toBe(5);
  const end = hub.subscribePictures(consumer(true));
  expect(hub.neededFps).toBe(30);
  end();
  analyses.settings = { enabled: false };
  expect(hub.neededFps, 'nothing is analysed').toBe(0);
});
