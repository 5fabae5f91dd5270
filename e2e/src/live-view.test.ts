import type { Esp32Camera } from '@lookout/media/testing';
import { CameraStats, type Pong, ViewedFrameMetadata } from '@lookout/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { isJpeg, quantisationSum } from './support/jpeg.js';
import type { LookoutProcess } from './support/lookout-process.js';
import { sharedLookout } from './support/shared-lookout.js';
import { RawSocket } from './support/socket.js';
import { startCamera, streetJpegs } from './support/start.js';
import { until } from './support/until.js';

let camera: Esp32Camera;
let lookout: LookoutProcess;
let sent: Set<string>;

beforeAll(async () => {
  camera = await startCamera({}, 'file');
  sent = new Set((await streetJpegs()).map((jpeg) => Buffer.from(jpeg).toString('base64')));
  lookout = await sharedLookout('file');
  await lookout.addCamera({ id: 'street', url: camera.url });
  await lookout.cameraIs('street', 'live');
});

const view = (query: string, options = {}) => RawSocket.open(`${lookout.wsUrl}/ws/view/street?${query}`, options);
const increasing = (numbers: readonly number[]) => numbers.every((n, i) => i === 0 || n > (numbers[i - 1] as number));

describe('watching over /ws/view', () => {
  it('gives the camera’s own JPEG, untouched, each after its metadata', async () => {
    const viewer = await view('mode=overlay');
    const frames = await viewer.framesAtLeast(20);
    for (const { meta, jpeg } of frames) {
      ViewedFrameMetadata.parse(meta);
      expect(sent.has(jpeg.toString('base64'))).toBe(true);
      expect([meta.width, meta.height]).toEqual([640, 480]);
      expect(meta.age_ms).toBeGreaterThanOrEqual(0);
      expect(meta.inference_size).toBeGreaterThanOrEqual(320);
      expect(meta.stages_ms.infer).toBeGreaterThan(0);
    }
    expect(increasing(frames.map(({ meta }) => meta.frameNumber))).toBe(true);
    expect(increasing(frames.map(({ meta }) => meta.timestamp))).toBe(true);
    expect(viewer.order.replaceAll('p', '')).toMatch(/^(tb)+t?$/);
  });

  it('finds, names and follows people', async () => {
    const viewer = await view('mode=overlay');
    const tracked = () =>
      viewer.frames.flatMap(({ meta }) => meta.detections).filter((d) => d.class_name === 'person' && d.track_id);
    await until('somebody followed over ten frames', () => {
      const counts = new Map<number, number>();
      for (const { track_id = 0 } of tracked()) counts.set(track_id, (counts.get(track_id) ?? 0) + 1);
      return [...counts.values()].some((count) => count >= 10);
    });
    for (const { bbox, confidence } of tracked()) {
      const [x1, y1, x2, y2] = bbox;
      expect(x1).toBeLessThan(x2);
      expect(y1).toBeLessThan(y2);
      expect(x2).toBeLessThanOrEqual(640);
      expect(y2).toBeLessThanOrEqual(480);
      expect(confidence).toBeGreaterThan(0);
    }
    // People walk upright.
    expect(tracked().some(({ bbox: [x1, y1, x2, y2] }) => y2 - y1 > x2 - x1)).toBe(true);
  });

  it('burns boxes into the picture unless asked not to', async () => {
    const viewer = await view('');
    const frames = await viewer.framesAtLeast(5);
    for (const { jpeg } of frames) {
      expect(isJpeg(jpeg)).toBe(true);
      expect(sent.has(jpeg.toString('base64'))).toBe(false);
    }
  });

  it('encodes as finely as asked', async () => {
    const sums: number[] = [];
    for (const quality of [30, 80, 95]) {
      const frames = await (await view(`mode=annotated&quality=${quality}`)).framesAtLeast(2);
      sums.push(quantisationSum(frames[0]?.jpeg as Buffer));
    }
    const [coarse = 0, usual = 0, fine = 0] = sums;
    expect(coarse).toBeGreaterThan(2 * usual);
    expect(usual).toBeGreaterThan(2 * fine);
  });

  it('sends every frame with boxes of known age when asked for all', async () => {
    const viewer = await view('mode=overlay&every=all');
    const frames = await viewer.framesAtLeast(30);
    const aged = frames.filter(({ meta }) => meta.detections_age_ms !== undefined);
    expect(aged.length).toBeGreaterThan(15);
    for (const { meta } of aged) expect(meta.detections_age_ms).toBeGreaterThanOrEqual(0);
    expect(increasing(frames.map(({ meta }) => meta.frameNumber))).toBe(true);
  });

  it('sends at the rate asked for', async () => {
    const viewer = await view('mode=overlay&fps=3');
    const frames = await viewer.framesAtLeast(10);
    const times = frames.slice(1).map(({ meta }) => meta.timestamp);
    const rate = ((times.length - 1) * 1000) / ((times.at(-1) as number) - (times[0] as number));
    expect(rate).toBeGreaterThan(2);
    expect(rate).toBeLessThan(3.3);
  });

  it('keeps at most two frames in flight to who acknowledges', async () => {
    const viewer = await view('mode=overlay&ack=1');
    await viewer.framesAtLeast(2);
    // The camera goes on, and so do other viewers: ten more frames there, not one more here.
    await (await view('mode=overlay')).framesAtLeast(10);
    expect(viewer.frames.length).toBe(2);
    expect(viewer.pings).toBe(0);
    const second = viewer.frames[1]?.meta.frameNumber as number;
    viewer.send({ type: 'ack', frameNumber: second });
    const frames = await viewer.framesAtLeast(4);
    // What waited is the newest, not the next.
    expect(frames[2]?.meta.frameNumber).toBeGreaterThan(second + 5);
    expect(viewer.frames.length).toBe(4);
  });

  it('sends a ping after each frame and waits for its answer', async () => {
    const viewer = await view('mode=overlay', { autoPong: false });
    await viewer.framesAtLeast(1);
    await until('a ping', () => viewer.pings === 1);
    await (await view('mode=overlay')).framesAtLeast(10);
    expect(viewer.frames.length).toBe(1);
    viewer.socket.pong();
    await viewer.framesAtLeast(2);
    expect(viewer.order.startsWith('tbptb')).toBe(true);
  });

  it('answers clock questions', async () => {
    const viewer = await view('mode=overlay&fps=1');
    viewer.send({ type: 'ping', t0: 12.5 });
    const { t0, t1 } = await viewer.next<Pong>('pong');
    expect(t0).toBe(12.5);
    expect(Math.abs(t1 - Date.now())).toBeLessThan(5000);
  });

  it('refuses what it does not understand, with a reason, and goes on', async () => {
    const viewer = await view('mode=overlay');
    viewer.socket.send('not JSON');
    expect(await viewer.next('error')).toMatchObject({ code: 'message_invalid' });
    const before = viewer.frames.length;
    await viewer.framesAtLeast(before + 3);
    await expect(view('fps=0')).rejects.toThrow(/400.*"field":"fps"/s);
    await expect(view('colour=red')).rejects.toThrow(/400/);
    await expect(RawSocket.open(`${lookout.wsUrl}/ws/view/nobody`)).rejects.toThrow(/404.*nobody/s);
  });

  it('closes on who sends nothing but nonsense', async () => {
    const viewer = await view('mode=overlay');
    for (let i = 0; i < 20; i++) viewer.socket.send(`nonsense ${i}`);
    await until('the socket is closed', () => viewer.closed);
    expect(viewer.closed?.code).toBe(1008);
  });

  it('does not let a viewer that never reads disturb others', async () => {
    const stuck = await view('mode=overlay&every=all');
    const tcp = (stuck.socket as unknown as { _socket: { pause(): void } })._socket;
    await stuck.framesAtLeast(1);
    tcp.pause();
    const stuckAt = stuck.frames.length;
    const viewer = await view('mode=overlay&every=all');
    const frames = await viewer.framesAtLeast(45);
    const numbers = frames.map(({ meta }) => meta.frameNumber);
    expect(stuck.frames.length).toBeLessThanOrEqual(stuckAt + 1);
    // Nearly every frame of the camera came.
    expect((numbers.at(-1) as number) - (numbers[0] as number)).toBeLessThan(numbers.length * 1.5);
    const ages = frames.map(({ meta }) => meta.age_ms).sort((a, b) => a - b);
    expect(ages[ages.length >> 1]).toBeLessThan(500);
  });
});

describe('what four watchers cost', () => {
  it('is one pull of the camera', async () => {
    const before = camera.stats.accepted;
    const sockets = await Promise.all([
      view('mode=overlay'),
      view('mode=annotated'),
      RawSocket.open(`${lookout.wsUrl}/ws/stream/street`),
      RawSocket.open(`${lookout.wsUrl}/ws/stream/street?mode=raw`),
    ]);
    await Promise.all(sockets.slice(0, 2).map((socket) => socket.framesAtLeast(3)));
    await Promise.all(sockets.slice(2).map((socket) => socket.next('frame')));
    expect(camera.clientCount).toBe(1);
    expect(camera.stats.accepted).toBe(before);
    const stats = CameraStats.parse(await lookout.json('/api/camera/street/stats'));
    expect(stats.camera_connected).toBe(true);
    expect(stats.viewer_count).toBeGreaterThanOrEqual(4);
    expect(stats.frames.received).toBeGreaterThan(stats.frames.analyzed - 1);
    expect(stats.processor_stats.inference_size % 32).toBe(0);
    expect(stats.fps.in).toBeGreaterThan(5);
  });
});
