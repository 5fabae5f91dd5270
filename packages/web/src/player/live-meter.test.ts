import { describe, expect, it, vi } from 'vitest';
import { type DrawnFrame, LiveMeter } from './live-meter.js';

function drawn(ageMs: number, names: string[] = []): DrawnFrame {
  return {
    ageMs,
    networkMs: 2,
    decodeMs: 3,
    drawMs: 8,
    skewMs: 0,
    jpeg: new Uint8Array([0xff, 0xd8]),
    meta: {
      timestamp: 0,
      width: 640,
      height: 480,
      age_ms: 20,
      inference_size: 416,
      stages_ms: { receive: 2, wait: 3, decode: 1, infer: 11, draw: 0, encode: 0 },
      detections: names.map((class_name) => ({ bbox: [0, 0, 1, 1], confidence: 1, class_id: 0, class_name })),
    },
  };
}

const stats = (fps: number, dropped: number) => ({ fps, dropped, jitterMs: 3, roundTripMs: 1.5 });

describe('LiveMeter', () => {
  it('publishes once an interval, not once a frame', () => {
    const meter = new LiveMeter();
    const listener = vi.fn();
    meter.subscribe(listener);
    for (const age of [30, 90, 40]) meter.add(drawn(age, ['car', 'person', 'car']), 0);
    expect(listener).not.toHaveBeenCalled();
    meter.flush(250, stats(12, 1));
    expect(listener).toHaveBeenCalledTimes(1);
    expect(meter.snapshot()).toMatchObject({
      ageMs: 40,
      fps: 12,
      found: '2 cars, 1 person',
      droppedHere: 1,
      width: 640,
      inferenceMs: 11,
      jitterMs: 3,
      roundTripMs: 1.5,
      // No table of quantisation, no quality.
      quality: undefined,
    });
    expect(meter.snapshot().waterfall).toMatchObject({ infer: 11, network: 2, hand_over: 3 });
  });

  it('keeps its figure between rare frames and drops it when they stop', () => {
    const meter = new LiveMeter();
    meter.add(drawn(50), 0);
    meter.flush(250, stats(1, 0));
    meter.flush(500, stats(1, 0));
    expect(meter.snapshot().ageMs).toBe(50);
    meter.flush(750, stats(0, 0));
    expect(meter.snapshot().ageMs).toBeUndefined();
  });

  it('remembers the worst age of each interval of the last minute, and no more', () => {
    const meter = new LiveMeter();
    for (let i = 1; i <= 1000; i++) {
      if (i !== 999) meter.add(drawn(i), 0);
      meter.flush(i * 250, stats(4, 0));
    }
    const { secondsAgo, agesMs } = meter.history(250_000);
    expect(agesMs).toHaveLength(240);
    expect(secondsAgo[0]).toBeCloseTo(-59.75, 6);
    expect(agesMs.slice(-2)).toEqual([Number.NaN, 1000]);
  });

  it('shows no age of a picture that nobody watches, and leaves a gap', () => {
    const meter = new LiveMeter();
    meter.add(drawn(50), 0);
    meter.flush(250, stats(4, 0));
    meter.pause(300);
    expect(meter.snapshot()).toMatchObject({ ageMs: undefined, fps: 0, width: 640 });
    expect(meter.history(300).agesMs).toEqual([50, Number.NaN]);
  });

  it('forgets the figures of a camera that is off but for its shape', () => {
    const meter = new LiveMeter();
    meter.add(drawn(50, ['car']), 200);
    meter.flush(250, stats(4, 3));
    meter.pause(300);
    expect(meter.snapshot()).toMatchObject({ width: 640, height: 480, found: 'nothing', waterfall: undefined });
    expect(meter.snapshot()).toMatchObject({ inferenceSize: 0, inferenceMs: 0, droppedHere: 0, quality: undefined });
    meter.flush(500, stats(0, 0));
    expect(meter.snapshot().found).toBe('nothing');
  });

  it('knows how old the picture is that stands still', () => {
    const meter = new LiveMeter();
    expect(meter.pictureAgeMs(0)).toBeUndefined();
    meter.add(drawn(50), 1000);
    expect(meter.pictureAgeMs(3000)).toBe(2050);
  });

  it('knows of a frame of video its age and its boxes, and nothing of stages', () => {
    const meter = new LiveMeter();
    const meta = { width: 1280, height: 720, detections: drawn(0, ['car']).meta.detections, detections_age_ms: 40 };
    meter.add({ meta, ageMs: 120, skewMs: 40, networkMs: 0, decodeMs: 0, drawMs: 0 }, 1000);
    meter.flush(1250, stats(25, 0));
    expect(meter.snapshot()).toMatchObject({ ageMs: 120, width: 1280, skew: { lastMs: 40 }, found: '1 car' });
    expect(meter.snapshot()).toMatchObject({ waterfall: undefined, quality: undefined, inferenceMs: 0 });
  });

  it('knows how far boxes are behind their pictures, of the latest frames', () => {
    const meter = new LiveMeter();
    for (let i = 0; i < 1000; i++) meter.add({ ...drawn(40), skewMs: i < 700 ? 500 : i % 50 === 0 ? 33 : 0 }, i);
    meter.flush(1000, stats(30, 0));
    expect(meter.snapshot().skew).toEqual({ lastMs: 0, p50Ms: 0, p99Ms: 33 });
    meter.add({ ...drawn(40), skewMs: undefined }, 1001);
    meter.flush(1250, stats(30, 0));
    expect(meter.snapshot().skew, 'nothing is known of its objects').toBeUndefined();
  });

  it('tells at once how pictures reach the page, and keeps it over a pause', () => {
    const meter = new LiveMeter();
    const choice = { shown: 'mse', trying: undefined, failed: [] } as const;
    meter.setChoice(choice);
    meter.pause(100);
    expect(meter.snapshot().choice).toBe(choice);
  });

  it('has no figures before the first frame', () => {
    const meter = new LiveMeter();
    meter.flush(250, stats(0, 0));
    expect(meter.snapshot().ageMs).toBeUndefined();
    expect(meter.snapshot().waterfall).toBeUndefined();
  });
});

describe('isStale', () => {
  const after = (meter: LiveMeter, everyMs: number, frames: number) => {
    for (let i = 0; i < frames; i++) meter.add(drawn(30), i * everyMs);
    return (frames - 1) * everyMs;
  };

  it.each([
    [40, 400],
    [500, 1500],
    [4000, 12_000],
  ])('of a picture every %i ms, after %i ms without the next', (everyMs, staleMs) => {
    const meter = new LiveMeter();
    const last = after(meter, everyMs, 20);
    expect(meter.isStale(last + staleMs - 1)).toBe(false);
    expect(meter.isStale(last + staleMs + 1)).toBe(true);
    meter.add(drawn(30), last + staleMs + 2);
    expect(meter.isStale(last + staleMs + 10)).toBe(false);
  });

  it('not while one can’t know, nor once nobody watches', () => {
    const meter = new LiveMeter();
    expect(meter.isStale(1000)).toBe(false);
    meter.add(drawn(30), 0);
    expect(meter.isStale(60_000)).toBe(false);
    after(meter, 40, 5);
    meter.pause(200);
    expect(meter.isStale(60_000)).toBe(false);
  });

  it('is soon told again after an interruption', () => {
    const meter = new LiveMeter();
    const last = after(meter, 40, 20);
    meter.add(drawn(30), last + 60_000);
    expect(meter.isStale(last + 60_000 + 401)).toBe(true);
  });
});

it('counts what is in the picture by families, and guesses apart', () => {
  const meter = new LiveMeter();
  const frame = drawn(30, ['person', 'truck', 'car', 'dog', 'chair', 'person']);
  frame.meta.detections.at(-1)!.confirmed = false;
  meter.add(frame, 0);
  meter.flush(250, stats(4, 0));
  expect(meter.snapshot().present).toEqual({ person: 1, vehicle: 2, animal: 1, thing: 1, guess: 1 });
});

it('tells when the newest object was confirmed, which a guess is not', () => {
  const meter = new LiveMeter();
  const frame = drawn(30, ['person', 'car', 'dog']);
  for (const [index, since] of [3000, 5000, 9000].entries()) frame.meta.detections[index]!.since = since;
  frame.meta.detections[2]!.confirmed = false;
  meter.add(frame, 0);
  meter.flush(250, stats(4, 0));
  expect(meter.snapshot().newestMs).toBe(5000);
  meter.pause(300);
  expect(meter.snapshot().newestMs).toBeUndefined();
});
