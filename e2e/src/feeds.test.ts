import type { Esp32Camera } from '@lookout/media/testing';
import { CameraDetailStats, CameraStats, DetectionsEvent, Problem } from '@lookout/protocol';
import { beforeAll, describe, expect, it } from 'vitest';
import { HttpStream } from './support/http-stream.js';
import { isJpeg, quantisationSum } from './support/jpeg.js';
import type { LookoutProcess } from './support/lookout-process.js';
import { sharedLookout } from './support/shared-lookout.js';
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

describe('pictures over plain HTTP', () => {
  it('stream as MJPEG with boxes, newest first, each with its length and time', async () => {
    const feed = await HttpStream.open(`${lookout.url}/video_feed`);
    expect(feed.headers['content-type']).toMatch(/^multipart\/x-mixed-replace; *boundary=/);
    expect(feed.headers['cache-control']).toContain('no-store');
    const parts = await feed.partsAtLeast(10);
    const numbers = parts.map(({ headers }) => Number(headers['x-frame-number']));
    for (const { headers, body } of parts) {
      expect(headers['content-type']).toBe('image/jpeg');
      expect(isJpeg(body)).toBe(true);
      expect(sent.has(body.toString('base64'))).toBe(false);
      expect(Math.abs(Number(headers['x-timestamp']) * 1000 - Date.now())).toBeLessThan(60_000);
    }
    expect(numbers).toEqual([...new Set(numbers)].sort((a, b) => a - b));
  });

  it('come untouched, at a rate or at a quality, as asked', async () => {
    const own = await HttpStream.open(`${lookout.url}/api/cameras/street/mjpeg?mode=overlay`);
    for (const { body } of await own.partsAtLeast(5)) expect(sent.has(body.toString('base64'))).toBe(true);
    const coarse = await HttpStream.open(`${lookout.url}/video_feed?camera=street&quality=30&fps=2`);
    const parts = await coarse.partsAtLeast(5);
    const fine = await (await HttpStream.open(`${lookout.url}/video_feed?camera=street&quality=95`)).partsAtLeast(1);
    expect(quantisationSum(parts[0]?.body as Buffer)).toBeGreaterThan(4 * quantisationSum(fine[0]?.body as Buffer));
    const times = parts.slice(1).map(({ headers }) => Number(headers['x-timestamp']));
    expect((times.length - 1) / ((times.at(-1) as number) - (times[0] as number))).toBeLessThan(2.4);
  });

  it('are refused with a reason where something is wrong', async () => {
    for (const [path, status] of [
      ['/video_feed?camera=nobody', 404],
      ['/video_feed?fps=0', 400],
      ['/video_feed?quality=96', 400],
      ['/api/cameras/nobody/snapshot.jpg', 404],
      ['/api/detections/stream?camera=nobody', 404],
    ] as const) {
      const response = await lookout.fetch(path);
      expect(response.status, path).toBe(status);
      expect(response.headers.get('content-type')).toContain('application/problem+json');
      expect(Problem.parse(await response.json()).status).toBe(status);
    }
  });

  it('come one at a time: the camera’s own, or with boxes', async () => {
    const snapshot = async (query: string) => {
      const response = await lookout.fetch(`/api/cameras/street/snapshot.jpg${query}`);
      expect(response.headers.get('content-type')).toBe('image/jpeg');
      return Buffer.from(await response.arrayBuffer());
    };
    expect(sent.has((await snapshot('')).toString('base64'))).toBe(true);
    const annotated = await snapshot('?annotated=1');
    expect(isJpeg(annotated)).toBe(true);
    expect(sent.has(annotated.toString('base64'))).toBe(false);
  });

  it('go on for others while one viewer never reads', async () => {
    const stuck = await HttpStream.open(`${lookout.url}/video_feed`);
    stuck.pause();
    const feed = await HttpStream.open(`${lookout.url}/video_feed`);
    await feed.partsAtLeast(20);
  });
});

describe('detections without pictures', () => {
  it('come as server-sent events, one per analysed frame', async () => {
    const stream = await HttpStream.open(`${lookout.url}/api/detections/stream?camera=street`);
    expect(stream.headers['content-type']).toContain('text/event-stream');
    const events = await until('ten events', () => {
      const found = stream.events<DetectionsEvent>('detections');
      return found.length >= 10 && found;
    });
    for (const event of events) {
      expect(DetectionsEvent.parse(event)).toMatchObject({ camera: 'street', width: 640, height: 480 });
    }
    expect(events.flatMap(({ detections }) => detections).some((d) => d.class_name === 'person')).toBe(true);
  });
});

describe('figures of a camera', () => {
  it('have the shape of the contract and add up', async () => {
    const stats = CameraStats.strict().parse(await lookout.json('/api/camera/street/stats'));
    expect(stats.processor_stats.inference_size).toBeGreaterThanOrEqual(320);
    const detail = CameraDetailStats.parse(await lookout.stats('street'));
    const { received, analyzed, dropped } = detail.frames;
    const accounted = analyzed + dropped.stale + dropped.throttled + dropped.skipped;
    // A few are on their way.
    expect(Math.abs(received - accounted)).toBeLessThan(5);
    expect(dropped.invalid).toBe(0);
    expect(new Set(detail.state_history.map(({ state }) => state))).toEqual(new Set(['live', 'connecting']));
    expect(detail.reconnects).toBe(0);
    expect(detail.bytes_in).toBeGreaterThan(received * 5000);
    expect(detail.latency_ms.p50).toBeGreaterThan(0);
    expect(detail.latency_ms.p50).toBeLessThanOrEqual(detail.latency_ms.p95);
  });
});
