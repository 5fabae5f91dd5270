import { syntheticJpeg } from '@lookout/media/testing';
import { LookoutError } from '@lookout/protocol';
import { Registry } from 'prom-client';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SettingsFile } from '../../platform/config/schema.js';
import { DetectionMetrics } from '../../platform/metrics/detection-metrics.js';
import { FakeWorkers, models } from '../../testing/fake-workers.js';
import { DetectionService, type EndReason, type SessionListener } from './detection-service.js';
import { readClientImage } from './image-data.js';

const image = readClientImage(syntheticJpeg({ width: 640, height: 480 }));
const { streaming } = SettingsFile.parse({});
/** Hears nothing. */
const nobody: SessionListener = { onEnd: () => undefined, onNotice: () => undefined };
let workers: FakeWorkers;
let registry: Registry;
let pool: { readyCount: number; size: number };

function start(settings: Partial<typeof streaming> = {}): DetectionService {
  registry = new Registry();
  pool = { readyCount: 2, size: 2 };
  return new DetectionService({
    settings: { ...streaming, ...settings },
    defaults: { confidence: 0.5, crossClassIou: 0.7 },
    models,
    deviceReason: 'as the settings say',
    pool,
    dispatcher: workers.dispatcher,
    metrics: new DetectionMetrics(registry),
    createTracker: workers.createTracker,
    prompts: workers.prompts,
    later: workers.later,
    now: workers.now,
  });
}

beforeEach(() => {
  workers = new FakeWorkers(1);
});

describe('limits', () => {
  it('refuse a flood from one address, and nobody else', () => {
    const service = start({ sessions: 20, sessions_per_address: 10 });
    const opened: string[] = [];
    let refused = 0;
    for (let i = 0; i < 10_000; i++) {
      try {
        opened.push(service.open('sse', '10.0.0.1', {}, nobody).id);
      } catch (error) {
        expect(error).toMatchObject({ code: 'too_many_requests', message: expect.stringContaining('one address') });
        refused++;
      }
    }
    expect([opened.length, refused]).toEqual([10, 9990]);
    service.open('sse', '10.0.0.2', {}, nobody);
    // What ends makes room.
    service.end(opened[0]!, 'deleted');
    service.open('websocket', '10.0.0.1', {}, nobody);
    expect(service.totals().sessions).toEqual({ open: 11, opened: 12, expired: 0, refused: 9990 });
    service.close();
    expect(service.totals().sessions.open).toBe(0);
  });

  it('hold for the whole server too', async () => {
    const service = start({ sessions: 3 });
    for (let i = 0; i < 3; i++) service.open('sse', `10.0.0.${i}`, {}, nobody);
    await expect(service.prepare('10.0.0.9', {})).rejects.toThrow('More than 3 detection sessions on this server');
    service.close();
    await expect(service.prepare('10.0.0.9', {})).rejects.toThrow('shutting down');
  });
});

describe('ends', () => {
  it('are told with their reason, once, and not to whoever left', () => {
    vi.useFakeTimers();
    try {
      const service = start({ session_timeout: 60 });
      const reasons: Array<[string, EndReason]> = [];
      const open = (name: string) =>
        service.open('sse', 'a', {}, { ...nobody, onEnd: (reason) => void reasons.push([name, reason]) }).id;
      const [deleted, left] = [open('deleted'), open('left'), open('expired')];
      service.end(deleted!, 'deleted');
      service.leave(left!);
      service.leave(left!);
      workers.nowMs += 61_000;
      vi.advanceTimersByTime(61_000);
      open('closing');
      service.close();
      expect(reasons).toEqual([
        ['deleted', 'deleted'],
        ['expired', 'expired'],
        ['closing', 'closing'],
      ]);
      expect(() => service.get(deleted!)).toThrow('session does not exist');
      expect(vi.getTimerCount()).toBe(0);
      expect(service.totals().sessions.expired).toBe(1);
    } finally {
      vi.useRealTimers();
    }
  });
});

describe('single pictures', () => {
  it('are answered like frames, in turn', async () => {
    const service = start();
    const first = service.detect(image, { confidence_threshold: 0.3 });
    const second = service.detect(image, { cross_class_iou: 1 });
    expect(workers.jobs).toHaveLength(1);
    expect(workers.oldest.job.detect?.options).toMatchObject({ confidence: 0.3, crossClassIou: 0.7 });
    workers.nowMs += 20;
    await workers.oldest.finish([[1, 2, 0.9]]);
    await expect(first).resolves.toMatchObject({
      detections: [{ bbox: [1, 2, 101, 102], class_name: 'person' }],
      processing_time_ms: 20,
      image_size: [640, 480],
    });
    expect(workers.oldest.job.detect?.options).toMatchObject({ confidence: 0.5, crossClassIou: 1 });
    const refused = expect(second).rejects.toMatchObject({ code: 'frame_invalid' });
    await workers.oldest.fail(new LookoutError('frame_invalid', 'broken'));
    await refused;
    expect(service.totals().images).toEqual({ processed: 1, failed: 1 });
    expect(service.imageBytes).toBe(0);
  });

  it('form a line of bounded length', async () => {
    const service = start();
    const all = Array.from({ length: 70 }, () =>
      service.detect(image, {}).then(
        () => 'found',
        (e: LookoutError) => e.code,
      ),
    );
    while (workers.jobs.length > 0) await workers.oldest.finish();
    const answers = await Promise.all(all);
    expect(answers.filter((answer) => answer === 'found')).toHaveLength(65);
    expect(answers.filter((answer) => answer === 'too_many_requests')).toHaveLength(5);
    expect(service.imageBytes).toBe(0);
  });

  it('leave the line with those who asked', async () => {
    const service = start();
    const gone = new AbortController();
    const first = service.detect(image, {});
    const second = service.detect(image, {}, gone.signal);
    const third = service.detect(image, {});
    gone.abort(new Error('gone'));
    await expect(second).rejects.toThrow('gone');
    await workers.oldest.finish();
    await workers.oldest.finish();
    await Promise.all([first, third]);
    expect(workers.jobs).toHaveLength(0);
    expect(service.imageBytes).toBe(0);
  });

  it('are refused when the server ends', async () => {
    const service = start();
    const running = service.detect(image, {});
    const waiting = service.detect(image, {});
    service.close();
    await expect(waiting).rejects.toMatchObject({ code: 'unavailable' });
    await workers.oldest.finish();
    await running;
  });
});

it('says how it is', () => {
  const service = start();
  expect(service.health()).toEqual({
    status: 'ok',
    model: 'test',
    device: 'cpu',
    device_reason: 'as the settings say',
    uptime_s: 0,
  });
  pool.readyCount = 1;
  expect(service.health().status).toBe('degraded');
  pool.readyCount = 0;
  expect(() => service.health()).toThrow(expect.objectContaining({ code: 'unavailable' }));
});

it('counts for the metrics', async () => {
  const service = start();
  const session = service.open('websocket', 'a', {}, nobody);
  const offer = () => session.offer({ id: 1, timestampS: undefined, read: () => image, answer: () => undefined });
  offer();
  offer();
  workers.nowMs += 30;
  await workers.oldest.finish();
  const text = await registry.metrics();
  expect(text).toContain('lookout_detection_sessions 1');
  expect(text).toContain('lookout_detection_frames_total{via="session",answer="processed"} 1');
  expect(text).toContain('lookout_detection_frames_total{via="session",answer="rate_limited"} 1');
  expect(text).toContain('lookout_detection_seconds_bucket{le="0.03",via="session"} 1');
  service.close();
});
