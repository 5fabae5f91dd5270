import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { allocated, FormatContext, type Frame, Packet } from '../codec/native.js';
import { Picture } from '../codec/picture.js';
import { PictureTools } from '../codec/picture-tools.js';
import { DECODE_DEVICES, type DecodeDevice } from '../source/source.js';
import { type DecoderHandlers, VideoDecoder } from './video-decoder.js';

const FRAMES = 60;
const MOVING = `testsrc2=size=160x120:rate=25:duration=${FRAMES / 25}`;
let folder: string;
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'lookout-decoder-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

interface Decoding {
  device?: DecodeDevice;
  /** FFmpeg's description of the pictures. */
  source?: string;
  onFrame?: (frame: Frame, tools: PictureTools) => void;
}

/** Encodes 25 frames a second and decodes them as a live stream. */
async function decode(codec: string[], { device, source = MOVING, onFrame }: Decoding = {}) {
  const path = join(folder, 'clip.ts');
  execFileSync('ffmpeg', ['-v', 'error', '-y', '-f', 'lavfi', '-i', source, '-c:v', ...codec, '-g', '25', path]);
  const context = new FormatContext();
  context.allocContext();
  await context.openInput(path, null, null);
  await context.findStreamInfo(null);
  const tools = new PictureTools();
  const times: number[] = [];
  let packets = 0;
  let held = 0;
  const decoders: string[] = [];
  const handlers: DecoderHandlers = {
    onFrame: (frame, mediaMs) => {
      times.push(mediaMs);
      onFrame?.(frame, tools);
      tools.giveBack(frame);
    },
    onInvalid: (reason) => {
      if (device === undefined) expect.fail(reason);
    },
    onDecoder: (name) => decoders.push(name),
  };
  using decoder = new VideoDecoder({ parameters: context.streams[0]!.codecpar }, true, tools, handlers, device);
  const packet = allocated(new Packet());
  while ((await context.readFrame(packet)) >= 0) {
    packets++;
    decoder.decodePacket(packet, Number(packet.pts) / 90);
    held = Math.max(held, packets - times.length);
    packet.unref();
  }
  decoder.drain();
  packet.free();
  await context.closeInput();
  tools.close();
  return { gaps: times.slice(1).map((time, i) => time - times[i]!), held, decoders };
}

describe('a live decoder', () => {
  it.each<[string, string[], number]>([
    ['H.264 without B-frames', ['libx264', '-bf', '0'], 0],
    ['H.264 with B-frames', ['libx264', '-bf', '3'], 2],
    ['HEVC with B-frames', ['libx265', '-x265-params', 'bframes=4:log-level=none'], 2],
    ['MPEG-2 with B-frames', ['mpeg2video', '-bf', '2'], 1],
    ['MPEG-4 without B-frames', ['mpeg4', '-bf', '0'], 0],
    ['MPEG-4 with B-frames', ['mpeg4', '-bf', '2'], 1],
  ])('gives all frames of %s in order, each as soon as the order allows', async (_, codec, mostHeld) => {
    const { gaps, held } = await decode(codec);
    expect(gaps).toHaveLength(FRAMES - 1);
    for (const gap of gaps) expect(gap).toBeCloseTo(40, 0);
    expect(held).toBeLessThanOrEqual(mostHeld);
  });
});

it.each<[string, string[]]>([
  ['H.264 in 4:4:4', ['libx264', '-pix_fmt', 'yuv444p']],
  ['H.264 in 4:2:2, 10 bits', ['libx264', '-pix_fmt', 'yuv422p10le']],
  ['HEVC in 10 bits', ['libx265', '-pix_fmt', 'yuv420p10le', '-x265-params', 'log-level=none']],
])('keeps the colours of %s', async (_, codec) => {
  const colours: number[][] = [];
  const onFrame = (frame: Frame, tools: PictureTools) => {
    const shared = tools.takeFrame();
    shared.ref(frame);
    using picture = new Picture(tools, shared);
    colours.push([...picture.toRgb({ width: 1, height: 1, x: 0, y: 0, contentWidth: 1, contentHeight: 1, fill: 0 })]);
    expect(picture.toJpeg(80).length).toBeGreaterThan(100);
  };
  await decode(codec, { source: 'color=c=orange:size=160x120:rate=25:duration=1', onFrame });
  expect(colours).toHaveLength(25);
  for (const colour of colours)
    for (const [i, expected] of [255, 165, 0].entries()) expect(Math.abs(colour[i]! - expected)).toBeLessThan(6);
});

// A Vulkan device often opens where nothing decodes by it; of the others, most machines have none.
it.each(['auto', 'vulkan'] as const)('loses no frame where %s does not decode', async (device) => {
  const { gaps, decoders } = await decode(['libx264', '-bf', '0'], { device });
  expect(gaps).toHaveLength(FRAMES - 1);
  for (const gap of gaps) expect(gap).toBeCloseTo(40, 0);
  expect(DECODE_DEVICES).toContain(decoders.at(-1));
  expect(decoders.at(-1)).not.toBe('auto');
});
