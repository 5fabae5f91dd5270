import type { EncodedReport } from '@lookout/media';
import { describe, expect, it, vi } from 'vitest';
import { CameraVideo } from './camera-video.js';

const INFO = { transport: 'rtsp/tcp', codec: 'h264', width: 640, height: 480, fps: null };

function reportOf(packets: number, changes: Partial<EncodedReport> = {}): EncodedReport {
  return {
    packets,
    bytes: packets * 1000,
    keyframes: Math.ceil(packets / 25),
    group: { packets: 25, bytes: 25_000, durationMs: 1000.4 },
    groupKept: true,
    reordered: false,
    takers: 0,
    skipped: 0,
    undecoded: 0,
    decoding: 'all',
    decoder: 'software',
    overloaded: false,
    ...changes,
  };
}

function setUp() {
  const clock = { ms: 0 };
  const onTakers = vi.fn();
  const video = new CameraVideo(() => clock.ms, onTakers);
  const report = (packets: number, changes?: Partial<EncodedReport>) => {
    clock.ms += 1000;
    return video.reported(reportOf(packets, changes));
  };
  return { video, report, onTakers };
}

describe('CameraVideo', () => {
  it('knows of no video before its source reports some, and of none once that is gone', () => {
    const { video, report } = setUp();
    expect([video.view(INFO), video.stats, video.fps]).toEqual([undefined, undefined, undefined]);
    report(25);
    expect(video.view(INFO)).toEqual({ codec: 'h264', width: 640, height: 480, fps: null });
    video.clear();
    expect([video.view(INFO), video.stats, video.fps]).toEqual([undefined, undefined, undefined]);
  });

  it('counts who plays it', () => {
    const { video, onTakers } = setUp();
    const leave = video.addViewer();
    video.addViewer();
    expect([video.viewerCount, onTakers.mock.calls.length]).toEqual([2, 2]);
    leave();
    expect([video.viewerCount, onTakers.mock.calls.length]).toEqual([1, 3]);
  });

  it('measures the rate of the packets, over reconnects too', () => {
    const { video, report } = setUp();
    for (const packets of [25, 50, 75, 100, 125, 150, 180, 210]) report(packets);
    expect(video.fps).toBe(27.5);
    expect(video.view(INFO)?.fps).toBe(27.5);
    expect(video.view({ ...INFO, fps: 25 })?.fps, 'as the stream states it').toBe(25);
    video.clear();
    report(10);
    report(20);
    expect(video.fps).toBe(10);
  });

  it('keeps no packets for later once nobody takes them, since no more come', () => {
    const { video } = setUp();
    const take = () => {
      const taker = video.encoded.take({ maxBytes: 1e6, maxPackets: 10, onPackets: () => undefined });
      video.need(0);
      return taker;
    };
    const first = take();
    const format = { codec: 'h264', framing: 'annexb', fps: null } as const;
    video.encoded.put({ data: new Uint8Array(1), format, keyframe: true, ptsMs: 0, dtsMs: 0, timestampMs: 0 });
    const second = take();
    expect([first, second].map(({ waitingCount }) => waitingCount)).toEqual([1, 1]);
    first.close();
    video.need(0);
    expect(video.encoded.group.length).toBe(1);
    second.close();
    video.need(0);
    expect(take().waitingCount).toBe(0);
  });

  it('counts each packet that is left out of decoding once', () => {
    const { video, report } = setUp();
    const counted = [report(25, { undecoded: 20 }), report(50, { undecoded: 45 })].map(({ undecoded }) => undecoded);
    expect(counted).toEqual([20, 25]);
    // It stalled and goes on, and then connects anew.
    video.clear();
    expect(report(75, { undecoded: 70 }).undecoded).toBe(25);
    expect(report(5, { undecoded: 3 }).undecoded).toBe(3);
  });

  it('tells of a change once, and warns while only keyframes can be decoded', () => {
    const { video, report } = setUp();
    expect(report(25).changed).toBe(true);
    expect(report(50).changed).toBe(false);
    expect(video.warning).toBeUndefined();
    expect(report(75, { overloaded: true }).changed).toBe(true);
    expect(video.warning).toMatch(/only its keyframes/);
    expect(report(100).changed).toBe(true);
    expect(video.warning).toBeUndefined();
  });

  it('wants packets of its source while there are takers, whose losses it counts', () => {
    const { video, report, onTakers } = setUp();
    expect(video.need(5)).toBe(true);
    expect(video.need(5)).toBe(false);
    const taker = video.encoded.take({ maxBytes: 0, maxPackets: 0, onPackets: () => undefined });
    expect(onTakers).toHaveBeenCalledTimes(1);
    expect(video.need(5)).toBe(true);
    expect(video.demand).toEqual({ framesFps: 5, packets: true });
    const times = { ptsMs: 0, dtsMs: 0, timestampMs: 0 };
    const format = { codec: 'h264', framing: 'annexb', fps: null } as const;
    video.encoded.put({ data: new Uint8Array(4), format, keyframe: true, ...times });
    report(25, { skipped: 2 });
    expect(video.stats).toMatchObject({
      packets: 25,
      takers: 1,
      skipped: 3,
      group: { packets: 25, duration_ms: 1000 },
    });
    taker.close();
    video.need(5);
    expect(video.demand.packets).toBe(false);
  });
});
