import { readStillHeader } from '@lookout/media';
import { describe, expect, it } from 'vitest';
import { ProgressBar, serverUrl } from './command.js';
import { type Measurement, percentiles } from './measure.js';
import { decompressionBomb, testPattern } from './pictures.js';
import { inWords, judge } from './report.js';

const times = { p50: 20, p95: 40, p99: 50, max: 60 };
const good: Measurement = {
  transport: 'ws',
  sessions: 2,
  fps_asked: 10,
  seconds: 5,
  sent: 100,
  results: 99,
  failed: 0,
  unanswered: 0,
  dropped: { rate_limited: 0, superseded: 1, queue_full: 0, in_flight: 0, offline: 0 },
  fps: 19.8,
  round_trip_ms: times,
  processing_ms: times,
  inference_ms: times,
  detections: 5.5,
  reconnects: 0,
  errors: [],
};
const passed = { name: 'bad base64', ok: true };

it('takes addresses as people write them', () => {
  expect(serverUrl('127.0.0.1:8080')).toBe('http://127.0.0.1:8080');
  expect(serverUrl('https://cams.example/lookout/')).toBe('https://cams.example/lookout');
  for (const wrong of ['', 'ftp://a', 'http://', 'http://user:password@a'])
    expect(() => serverUrl(wrong)).toThrow(TypeError);
});

it('counts percentiles by the nearest rank', () => {
  expect(percentiles([])).toBeUndefined();
  expect(percentiles([7.04])).toEqual({ p50: 7, p95: 7, p99: 7, max: 7 });
  const samples = Array.from({ length: 200 }, (_, i) => 200 - i);
  expect(percentiles(samples)).toEqual({ p50: 100, p95: 190, p99: 198, max: 200 });
});

it('makes a picture that is one, and one that only says so', () => {
  expect(readStillHeader(testPattern(64, 48))).toMatchObject({ width: 64, height: 48 });
  expect(() => readStillHeader(decompressionBomb())).toThrow(/60000|pixels|large/i);
  expect(decompressionBomb().length).toBeLessThan(200);
});

describe('the verdict', () => {
  it('is ok where all is answered, fresh, at the rate', () => {
    expect(judge([passed], [good])).toEqual({ verdict: 'ok', reasons: [] });
  });

  it.each<[string, Partial<Measurement>, RegExp]>([
    ['late', { round_trip_ms: { ...times, p95: 101 } }, /one frame in twenty .* \(101 ms\)/],
    ['fewer than were asked for', { fps: 17 }, /17 of 20 frames a second/],
  ])('is slow where frames are %s', (_name, change, reason) => {
    const { verdict, reasons } = judge([passed], [{ ...good, ...change }]);
    expect([verdict, reasons.length]).toEqual(['slow', 1]);
    expect(reasons[0]).toMatch(reason);
  });

  it.each<[string, Partial<Measurement>, RegExp]>([
    ['failed', { failed: 3, errors: ['cut off'] }, /3 frames failed \(cut off\)/],
    ['are never answered', { unanswered: 1 }, /1 frames were never answered/],
    ['never have a result', { results: 0 }, /no frame got a result/],
  ])('is failing where frames %s', (_name, change, reason) => {
    const { verdict, reasons } = judge([passed], [{ ...good, ...change, fps: 1 }]);
    expect(verdict).toBe('failing');
    expect(reasons.join()).toMatch(reason);
  });

  it('is failing where a check is', () => {
    expect(judge([{ name: 'a bomb', ok: false, detail: 'x' }], [good])).toEqual({
      verdict: 'failing',
      reasons: ['not refused properly: a bomb'],
    });
  });
});

it('says all of it in words', () => {
  const lines = inWords({
    url: 'http://a',
    server: { version: '1.2.3', health: { status: 'ok', model: 'nanodet-g', device: 'cpu', uptime_s: 1 } },
    pictures: { source: 'the demo clip', count: 60 },
    checks: [passed, { name: 'a bomb', ok: false, detail: 'Expected 400, got 200' }],
    measurements: [good, { ...good, transport: 'sse', round_trip_ms: undefined, reconnects: 2 }],
    verdict: 'failing',
    reasons: ['not refused properly: a bomb'],
  });
  const text = lines.join('\n');
  expect(lines[0]).toBe('http://a: Lookout 1.2.3, model nanodet-g on cpu, health ok');
  expect(text).toContain('checks: 1 of 2 passed\n  ✗ a bomb: Expected 400, got 200');
  expect(text).toContain('round trip  p50 20 ms, p95 40 ms, p99 50 ms, longest 60 ms');
  expect(text).toContain('dropped: 1 superseded');
  expect(text).toContain('round trip  nothing measured');
  expect(text).toContain('lost 2 times');
  expect(text).toContain('verdict: failing\n  not refused properly');
});

describe('the progress bar', () => {
  function draw(terminal: { isTTY?: boolean; columns?: number }) {
    const written: string[] = [];
    let now = 0;
    const bar = new ProgressBar({ ...terminal, write: (text) => written.push(text) }, () => now);
    return { bar, written, pass: (ms: number) => (now += ms) };
  }

  it('fills one line, drawn now and then, and takes it away', () => {
    const { bar, written, pass } = draw({ isTTY: true, columns: 40 });
    bar.update(0.5, 'ws: 10 results and so on and so on');
    bar.update(0.51, 'too soon');
    pass(100);
    bar.update(1, 'done');
    bar.clear();
    bar.clear();
    expect(written).toHaveLength(3);
    expect(written[0]).toBe(`\r\x1b[K${'█'.repeat(10)}${'░'.repeat(10)}  50 %  ws: 10 resu`);
    expect(written[2]).toBe('\r\x1b[K');
  });

  it('is not there where nobody sees it', () => {
    const { bar, written } = draw({});
    bar.update(0.5, 'x');
    bar.clear();
    expect(written).toEqual([]);
  });
});
