import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { VideoFile } from '../capture/video-file.js';
import { paintJpeg } from '../testing/painted-pictures.js';
import { ClipEncoder, type ClipEncoderOptions } from './clip-encoder.js';
import { PictureCodec } from './picture-codec.js';

let folder: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'lookout-clip-'));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

interface Shot {
  timestampMs: number;
  luma: number;
  width?: number;
  height?: number;
}

/** A clip of pictures of one grey each. */
function encode(shots: readonly Shot[], options: ClipEncoderOptions = {}): string {
  const path = join(folder, 'clip.mp4');
  using codec = new PictureCodec();
  using clip = new ClipEncoder(path, shots[0] as { width: number; height: number }, options);
  for (const { timestampMs, luma, width = 320, height = 240 } of shots) {
    using picture = codec.decodeJpeg(paintJpeg(width, height, () => [luma, 128, 128]));
    clip.add(picture, timestampMs);
  }
  clip.finish();
  return path;
}

/** What a player shows: the position and grey of each picture, and their size. */
async function play(path: string) {
  await using file = await VideoFile.open(path);
  const shown: { positionMs: number; luma: number }[] = [];
  let size: [number, number] = [0, 0];
  for await (const { positionMs, picture } of file.pictures()) {
    size = [picture.width, picture.height];
    const rgb = picture.toRgb({ width: 2, height: 2, x: 0, y: 0, contentWidth: 2, contentHeight: 2, fill: 0 });
    shown.push({ positionMs: Math.round(positionMs), luma: Math.round(rgb[0] ?? Number.NaN) });
    picture.close();
  }
  return { codec: file.codec, durationMs: file.durationMs, size, shown };
}

const size = { width: 320, height: 240 };

describe('ClipEncoder', () => {
  it('plays every picture at its own time, however uneven, and the last one for a while', async () => {
    const times = [0, 200, 390, 610, 2000];
    const path = encode(times.map((ms, i) => ({ ...size, timestampMs: 1_700_000_000_000 + ms, luma: 60 + 30 * i })));
    const { codec, durationMs, shown } = await play(path);
    expect(codec).toBe('vp9');
    expect(shown.map(({ positionMs }) => positionMs)).toEqual(times);
    for (const [i, { luma }] of shown.entries()) expect(Math.abs(luma - (60 + 30 * i)), `picture ${i}`).toBeLessThan(8);
    expect(durationMs).toBeCloseTo(2200, -1);
  });

  it('begins with its index, so that a browser can play it before it is complete', () => {
    const bytes = readFileSync(encode([{ ...size, timestampMs: 0, luma: 90 }])).toString('latin1');
    expect(bytes.indexOf('moov')).toBeGreaterThan(0);
    expect(bytes.indexOf('moov')).toBeLessThan(bytes.indexOf('mdat'));
  });

  it('scales large pictures down, to even sides, and later ones to the size of the first', async () => {
    const path = encode(
      [
        { width: 500, height: 301, timestampMs: 0, luma: 90 },
        { width: 64, height: 48, timestampMs: 200, luma: 90 },
      ],
      { maxSide: 250 },
    );
    const played = await play(path);
    expect(played.size).toEqual([250, 150]);
    expect(played.shown).toHaveLength(2);
  });

  it('leaves out pictures that are not later than the last one', async () => {
    const { shown } = await play(
      encode([400, 200, 400, 600].map((timestampMs) => ({ ...size, timestampMs, luma: 90 }))),
    );
    expect(shown.map(({ positionMs }) => positionMs)).toEqual([0, 200]);
  });

  it('refuses to complete an empty clip, and to write where it can’t', () => {
    using clip = new ClipEncoder(join(folder, 'empty.mp4'), size);
    expect(() => clip.finish()).toThrow(RangeError);
    expect(() => new ClipEncoder(join(folder, 'none', 'clip.mp4'), size)).toThrow(/open a video file/);
  });
});
