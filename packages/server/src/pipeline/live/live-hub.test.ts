import { expect, it } from 'vitest';
import type { AnalysisLane } from './analysis-lane.js';
import type { AnalysisConsumer, PictureConsumer } from './consumer.js';
import { LiveHub } from './live-hub.js';

function setUp() {
  const told: Array<[isNeeded: boolean, viewers: number]> = [];
  const lane = {
    add: () => undefined,
    remove: () => undefined,
    forget: () => undefined,
    readFps: 0,
  } as unknown as AnalysisLane;
  const hub = new LiveHub({
    lane,
    pictures: { runSoon: () => Promise.reject(new Error('nothing is made here')), onEncode: () => undefined },
    onConsumers: (...consumers) => void told.push(consumers),
  });
  return { hub, told };
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
