import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/synthetic-jpeg.js';
import { MAX_CONFIG_BYTES, readVideoTag, type VideoTag } from './flv-video.js';
import { RtmpError } from './rtmp-error.js';

const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');
const ascii = (text: string) => Buffer.from(text).toString('hex');
const [AVC1, HVC1, AV01, VP09, VVC1] = ['avc1', 'hvc1', 'av01', 'vp09', 'vvc1'].map(ascii);

function summary(tag: VideoTag): string {
  if (tag.kind === 'config') return `config ${tag.config.codec} ${tag.config.record.toString('hex')}`;
  if (tag.kind === 'other') return 'other';
  const { codec, isKeyframe, compositionMs, data } = tag.frame;
  return `${isKeyframe ? 'key' : 'inter'} ${codec} ${compositionMs} ${data.toString('hex')}`;
}

describe('readVideoTag', () => {
  it.each([
    ['an AVC sequence header', '17 00 000000 0142', 'config h264 0142'],
    ['an AVC keyframe', '17 01 000000 aabb', 'key h264 0 aabb'],
    ['an AVC frame with B-frames', '27 01 000042 aabb', 'inter h264 66 aabb'],
    ['an AVC frame shown before it is decoded', '27 01 ffffd8 aabb', 'inter h264 -40 aabb'],
    ['a disposable AVC frame', '37 01 000000 aabb', 'inter h264 0 aabb'],
    ['the end of a sequence', '17 02 000000', 'other'],
    ['a seek command', '57 00', 'other'],
    ['an empty tag', '', 'other'],
    ['an empty frame', '17 01 000000', 'other'],
    ['HEVC in the older way', '1c 01 000010 aabb', 'key hevc 16 aabb'],
    ['an HEVC sequence header', `90 ${HVC1} 0101`, 'config hevc 0101'],
    ['an HEVC keyframe', `91 ${HVC1} 000021 aabb`, 'key hevc 33 aabb'],
    ['an HEVC frame without composition time', `a3 ${HVC1} aabb`, 'inter hevc 0 aabb'],
    ['H.264 by FourCC', `91 ${AVC1} 000021 aabb`, 'key h264 33 aabb'],
    ['an AV1 sequence header', `90 ${AV01} 8100`, 'config av1 8100'],
    ['an AV1 frame', `a1 ${AV01} 1200`, 'inter av1 0 1200'],
    ['a VP9 keyframe', `91 ${VP09} 8249`, 'key vp9 0 8249'],
    ['colour metadata', `d4 ${HVC1} 020009`, 'other'],
    ['an enhanced seek command', '50 00', 'other'],
    ['a frame with nanoseconds', `97 02 000fff 01 ${HVC1} 000021 aabb`, 'key hevc 33 aabb'],
    ['a modifier with a long size', `97 ff 0002 000fff 01 ${HVC1} 000021 aabb`, 'key hevc 33 aabb'],
    ['one track', `96 01 ${HVC1} 00 000021 aabb`, 'key hevc 33 aabb'],
    ['another track alone', `96 01 ${HVC1} 01 000021 aabb`, 'other'],
    ['tracks of one codec', `96 11 ${AV01} 01 000002 ccdd 00 000002 aabb`, 'key av1 0 aabb'],
    ['tracks of many codecs', `96 21 ${VVC1} 01 000002 ccdd ${VP09} 00 000002 aabb`, 'key vp9 0 aabb'],
  ])('reads %s', (_name, bytes, expected) => {
    expect(summary(readVideoTag(hex(bytes)))).toBe(expected);
  });

  it.each([
    ['Sorenson', '12 00', 'unsupported_codec', 'FLV codec 2'],
    ['VVC', `90 ${VVC1} 00`, 'unsupported_codec', 'vvc1'],
    ['a FourCC of control characters', '90 00 01 02 03 00', 'unsupported_codec', '0x00010203'],
    ['a tag cut short', '17 01 00', 'malformed', 'cut short'],
    ['a track longer than its tag', `96 11 ${AV01} 00 ffffff aabb`, 'malformed', 'cut short'],
    ['a multitrack type of the future', `96 31 ${AV01} 00 aabb`, 'malformed', 'multitrack type 3'],
    ['a huge sequence header', `17 00 000000 ${'00'.repeat(MAX_CONFIG_BYTES + 1)}`, 'limit_exceeded', '65537'],
  ])('refuses %s', (_name, bytes, reason, message) => {
    const refused = expect.objectContaining({ reason, message: expect.stringContaining(message) });
    expect(() => readVideoTag(hex(bytes))).toThrow(refused);
  });

  it('refuses or reads random bytes, without another error', () => {
    const random = seededRandom(3);
    const fourccs = [AVC1, HVC1, AV01, VP09].map((text) => hex(text!));
    for (let round = 0; round < 3000; round += 1) {
      const bytes = Buffer.from(Array.from({ length: random(40) }, () => (random(2) ? random(4) : random(256))));
      fourccs[random(4)]!.copy(bytes, 1 + random(10));
      try {
        readVideoTag(bytes);
      } catch (error) {
        if (!(error instanceof RtmpError)) throw error;
      }
    }
  });
});
