import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import type { EncodedPacket } from '../encoded/encoded-packet.js';
import { makeClip } from '../testing/clips.js';
import { encodedClip } from '../testing/encoded-clip.js';
import { initSegment, mediaSegment } from './segments.js';
import { sampleEntryOf, videoConfigOf } from './video-config.js';
import type { VideoConfig } from './video-track.js';

// FFmpeg makes the video, and FFmpeg judges what comes of it.

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lookout-fmp4-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Probed {
  streams: {
    codec_name: string;
    codec_tag_string: string;
    width: number;
    height: number;
    side_data_list?: { rotation: number }[];
  }[];
  frames: { pts: number; key_frame: number }[];
}

function probe(name: string, bytes: Uint8Array): Probed {
  const path = join(folder, name);
  writeFileSync(path, bytes);
  // FFmpeg stops at the first error.
  const args = ['-v', 'error', '-err_detect', 'explode', '-of', 'json', '-show_streams', '-show_frames', path];
  return JSON.parse(execFileSync('ffprobe', args, { encoding: 'utf8' }));
}

/** A keyframe of nothing but an elementary stream, with its parameter sets in it. */
function elementary(codec: 'h264' | 'hevc', ...options: string[]): EncodedPacket {
  const muxer = codec === 'hevc' ? ['-c:v', 'libx265', '-x265-params', 'log-level=error'] : [];
  const path = makeClip(folder, `${codec}-${options.join('')}.ts`, '320x240', ...muxer, ...options, '-frames:v', '1');
  const raw = execFileSync('ffmpeg', ['-v', 'error', '-i', path, '-c', 'copy', '-f', codec, '-']);
  const format = { codec, framing: 'annexb', fps: 25 } as const;
  return { data: new Uint8Array(raw), format, keyframe: true, ptsMs: 0, dtsMs: 0, timestampMs: 0 };
}

const initOf = (packet: EncodedPacket | undefined) => initSegment(videoConfigOf(packet!) as VideoConfig);

it.each([90, 180, 270] as const)('notes that pictures are to be turned by %i°', async (rotation) => {
  const [first] = await encodedClip('annexb');
  const turned = { ...first!, format: { ...first!.format, rotation } };
  const { streams } = probe(`turned-${rotation}.mp4`, Buffer.concat([initOf(turned), mediaSegment(turned, 0)]));
  // FFmpeg counts anticlockwise.
  const [told] = streams[0]?.side_data_list ?? [];
  expect((told?.rotation ?? 0) + rotation).toSatisfy((sum: number) => sum % 360 === 0);
  expect(streams).toMatchObject([{ width: 320, height: 240 }]);
});

describe.each(['annexb', 'length-prefixed'] as const)('H.264 with NAL units as %s', (framing) => {
  let packets: EncodedPacket[];
  beforeAll(async () => {
    packets = await encodedClip(framing);
  });

  it('is decoded by FFmpeg from its segments, every picture at its time', () => {
    expect(packets.length).toBeGreaterThan(40);
    const segments = packets.map((packet) => mediaSegment(packet, packet.timestampMs));
    const { streams, frames } = probe(`${framing}.mp4`, Buffer.concat([initOf(packets[0]), ...segments]));
    expect(streams).toMatchObject([{ codec_name: 'h264', codec_tag_string: 'avc1', width: 320, height: 240 }]);
    expect(frames.map(({ pts }) => pts)).toEqual(packets.map(({ ptsMs }) => Math.round(ptsMs * 90)));
    expect(frames.map(({ key_frame }) => key_frame === 1)).toEqual(packets.map(({ keyframe }) => keyframe));
  });

  it('can begin at every keyframe', () => {
    const keyframe = packets.findLastIndex((packet) => packet.keyframe);
    expect(keyframe).toBeGreaterThan(0);
    const rest = packets.slice(keyframe);
    const segments = rest.map((packet) => mediaSegment(packet, packet.timestampMs));
    const { frames } = probe('rest.mp4', Buffer.concat([initOf(rest[0]), ...segments]));
    expect(frames).toHaveLength(rest.length);
  });

  it('maps each presentation time to the time at which the picture was taken', () => {
    const [packet] = packets;
    const capturedMs = 1_764_000_000_123.25;
    const view = new DataView(mediaSegment(packet!, capturedMs).buffer);
    expect(view.getUint32(0)).toBe(32);
    expect(view.getUint32(4)).toBe(Buffer.from('prft').readUInt32BE());
    const epochMs = (view.getUint32(16) - 2_208_988_800) * 1000 + (view.getUint32(20) / 2 ** 32) * 1000;
    expect(epochMs).toBeCloseTo(capturedMs, 3);
    expect(Number(view.getBigUint64(24))).toBe(Math.round(packet!.ptsMs * 90));
  });
});

describe('videoConfigOf', () => {
  it.each([
    ['h264', ['-profile:v', 'baseline', '-level', '3'], 'avc1.42c01e'],
    ['h264', ['-preset', 'medium', '-profile:v', 'high', '-level', '4.1'], 'avc1.640029'],
    ['h264', ['-preset', 'medium', '-profile:v', 'high444', '-pix_fmt', 'yuv444p', '-level', '4'], 'avc1.f40028'],
    ['hevc', ['-pix_fmt', 'yuv420p'], 'hvc1.1.6.L60.90'],
    ['hevc', ['-pix_fmt', 'yuv420p10le'], 'hvc1.2.4.L60.90'],
  ] as const)('reads %s with %j as %s', (codec, options, expected) => {
    const packet = elementary(codec, ...options);
    expect(videoConfigOf(packet)).toMatchObject({ codec: expected, width: 320, height: 240 });
    const { streams, frames } = probe(`${expected}.mp4`, Buffer.concat([initOf(packet), mediaSegment(packet, 0)]));
    expect(streams).toMatchObject([{ codec_name: codec, width: 320, height: 240 }]);
    expect(frames).toHaveLength(1);
  });

  it.each([
    ['cropped at the bottom', ['-s', '640x360'], { width: 640, height: 360 }],
    ['cropped at the right', ['-s', '322x242'], { width: 322, height: 242 }],
    ['interlaced', ['-s', '320x224', '-flags', '+ildct+ilme'], { width: 320, height: 224 }],
  ])('knows the size of a picture %s', (_, options, size) => {
    expect(videoConfigOf(elementary('h264', ...options))).toMatchObject(size);
  });

  it('is undefined without parameter sets, and refuses malformed ones', () => {
    const packet = elementary('h264');
    const format = { codec: 'h264', framing: 'annexb', fps: null } as const;
    expect(videoConfigOf({ format, data: Uint8Array.of(0, 0, 1, 0x65, 0x88, 0x84) })).toBeUndefined();
    const cut = Uint8Array.of(0, 0, 1, 0x67, 100, 0, 41, 0x80, 0, 0, 1, 0x68, 0xee);
    expect(() => videoConfigOf({ format, data: cut })).toThrow(RangeError);
    expect(videoConfigOf(packet)).toBeDefined();
  });

  it('knows what is muxed', () => {
    expect(['h264', 'hevc', 'mjpeg', 'vp8'].map(sampleEntryOf)).toEqual(['avc1', 'hvc1', undefined, undefined]);
  });
});
