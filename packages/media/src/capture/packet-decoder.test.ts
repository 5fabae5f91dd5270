import { LookoutError } from '@lookout/protocol/core';
import { afterEach, beforeAll, describe, expect, it, vi } from 'vitest';
import type { EncodedPacket } from '../encoded/encoded-packet.js';
import { nowMs } from '../frame/clock.js';
import type { VideoFrame } from '../frame/frame.js';
import { readJpegHeader } from '../jpeg/jpeg-header.js';
import type { EncodedReport, StreamInfo } from '../source/source.js';
import { encodedClip } from '../testing/encoded-clip.js';
import { openPacketDecoder } from './packet-decoder.js';

/** Real packets through a real decoder thread. */
vi.setConfig({ testTimeout: 30_000 });

let avc: EncodedPacket[];
let annexb: EncodedPacket[];
let larger: EncodedPacket[];
beforeAll(async () => {
  [avc, annexb, larger] = await Promise.all([
    encodedClip('length-prefixed'),
    encodedClip('annexb'),
    encodedClip('annexb', '640x360'),
  ]);
}, 30_000);

const closers: (() => Promise<unknown>)[] = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

function open() {
  const frames: VideoFrame[] = [];
  const infos: StreamInfo[] = [];
  const invalid: LookoutError[] = [];
  const reports: EncodedReport[] = [];
  const failures: LookoutError[] = [];
  const decoder = openPacketDecoder({
    onFrame: (frame) => frames.push(frame),
    onInfo: (info) => infos.push(info),
    onInvalid: (error) => invalid.push(error),
    onEncoded: (report) => reports.push(report),
    onFailed: (error) => failures.push(error),
  });
  closers.push(() => decoder.close());
  return { decoder, frames, infos, invalid, reports, failures };
}

describe('openPacketDecoder', () => {
  it.each(['length-prefixed', 'annexb'] as const)('decodes H.264 that is %s', async (framing) => {
    const packets = framing === 'annexb' ? annexb : avc;
    expect(packets[0]!.format).toMatchObject({ codec: 'h264', framing });
    const { decoder, frames, infos, invalid } = open();
    for (const packet of packets) decoder.put(packet);
    await expect.poll(() => frames.length).toBe(packets.length);
    expect(invalid).toEqual([]);
    expect(infos).toEqual([{ transport: 'push', codec: 'h264', width: 320, height: 240, fps: 25 }]);
    for (const [i, { mediaMs, timestampMs, receivedMs }] of frames.entries()) {
      expect(mediaMs).toBeCloseTo(packets[i]!.ptsMs, 2);
      expect(timestampMs).toBeCloseTo(packets[i]!.timestampMs, 1);
      expect(receivedMs).toBeGreaterThanOrEqual(timestampMs);
    }
    const { jpeg } = await frames.at(-1)!.render({ jpegQuality: 80 });
    expect(readJpegHeader(jpeg!)).toMatchObject({ width: 320, height: 240 });
    expect(packets[0]!.data.byteLength, 'the packets are still their owner’s').toBeGreaterThan(0);
  });

  it('goes on when the format changes', async () => {
    const { decoder, frames, infos } = open();
    for (const packet of [...avc, ...annexb]) decoder.put(packet);
    await expect.poll(() => frames.length).toBe(avc.length + annexb.length);
    expect(infos.length).toBe(2);
  });

  it.each([
    ['all is decoded', Number.POSITIVE_INFINITY],
    ['nothing is decoded', 0],
  ])('notices that the resolution changes within the stream, while %s', async (_, framesFps) => {
    const { decoder, infos, invalid, reports } = open();
    decoder.demand({ framesFps, packets: false });
    // New parameter sets in the packets are all there is, as with an RTSP camera that switches to night.
    const { format } = annexb[0]!;
    const stream = [...annexb, ...larger.map((packet) => ({ ...packet, format }))];
    for (const packet of stream) decoder.put(packet);
    await expect
      .poll(() => infos.map(({ width, height }) => [width, height]))
      .toEqual([
        [320, 240],
        [640, 360],
      ]);
    await expect.poll(() => reports.at(-1)?.packets).toBe(stream.length);
    if (framesFps === 0) expect(reports.at(-1)?.undecoded, 'all but one of each size').toBe(stream.length - 2);
    expect(invalid).toEqual([]);
  });

  it('outputs nothing of what follows a loss, up to the next keyframe', async () => {
    const { decoder, frames, invalid } = open();
    for (const [i, packet] of avc.entries()) {
      if (i === 10) decoder.lost();
      decoder.put(packet);
    }
    await expect.poll(() => frames.length).toBe(10 + 25);
    expect(frames[10]!.mediaMs).toBeCloseTo(avc[25]!.ptsMs, 2);
    expect(invalid).toEqual([]);
  });

  it('decodes no more than is needed, and catches up when more is', async () => {
    const { decoder, frames, reports } = open();
    decoder.demand({ framesFps: 0, packets: false });
    const startMs = Math.floor(avc[0]!.ptsMs);
    // Between two whole microseconds, as the times of many cameras are.
    const packets = avc.map((packet, i) => ({ ...packet, ptsMs: startMs + i * 40 + 0.0004 }));
    for (const packet of packets.slice(0, 40)) decoder.put(packet);
    await expect.poll(() => reports.at(-1)?.packets).toBe(40);
    expect(reports.at(-1)).toMatchObject({ decoding: 'off', keyframes: 2, undecoded: 39 });
    expect(frames.length).toBe(1);
    decoder.demand({ framesFps: 5, packets: false });
    for (const packet of packets.slice(40)) decoder.put(packet);
    await expect.poll(() => frames.length).toBe(1 + packets.length - 40);
    expect(frames[1]!.mediaMs).toBeCloseTo(packets[40]!.ptsMs, 2);
  });

  it('reports packets that are no video, and shows the next picture', async () => {
    const { decoder, frames, invalid, failures } = open();
    const noise = (packet: EncodedPacket): EncodedPacket => ({
      ...packet,
      data: packet.data.map((byte, i) => (i < 8 ? byte : (i * 37) & 255)),
    });
    for (const packet of avc.slice(0, 25)) decoder.put(noise(packet));
    await expect.poll(() => invalid.length).toBeGreaterThan(0);
    expect(frames).toEqual([]);
    for (const packet of avc.slice(25)) decoder.put(packet);
    await expect.poll(() => frames.length).toBeGreaterThan(20);
    expect(invalid.every(({ code }) => code === 'frame_invalid')).toBe(true);
    expect(failures).toEqual([]);
  });

  it('fails for a codec that it does not know', async () => {
    const { decoder, failures } = open();
    const format = { codec: 'smoke', framing: 'none', fps: null } as const;
    decoder.put({ ...avc[0]!, format });
    await expect.poll(() => failures.map(({ code }) => code)).toEqual(['camera_unsupported']);
    expect(failures[0]).toBeInstanceOf(LookoutError);
    decoder.put(avc[0]!);
  });

  it('ends at once, also with packets on their way, and says nothing more', async () => {
    const { decoder, frames, failures } = open();
    for (const packet of avc) decoder.put(packet);
    const beganMs = nowMs();
    await decoder.close();
    const count = frames.length;
    expect(nowMs() - beganMs).toBeLessThan(1500);
    decoder.put(avc[0]!);
    await decoder.close();
    expect(frames.length).toBe(count);
    expect(failures).toEqual([]);
  });
});
