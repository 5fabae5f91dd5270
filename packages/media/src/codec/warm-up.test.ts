import type { Detection } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { paintJpeg } from '../testing/painted-pictures.js';
import { PictureCodec, type PictureCodecOptions } from './picture-codec.js';
import { warmUp } from './warm-up.js';

const detection: Detection = { bbox: [10, 40, 90, 110], class_id: 2, class_name: 'car', confidence: 0.8 };
const letterbox = { width: 96, height: 96, x: 0, y: 12, contentWidth: 96, contentHeight: 72, fill: 114 };
const jpeg = paintJpeg(160, 120, (x, y) => [(x * 7 + y * 13) & 255, (x * 3) & 255, (y * 5) & 255]);

const WAYS: Array<{ by: string; options: PictureCodecOptions }> = [
  { by: 'libjpeg-turbo', options: {} },
  { by: 'FFmpeg alone', options: { turboJpeg: false } },
];

it.each(WAYS)('changes nothing of the pictures that come after, by $by', ({ options }) => {
  using fresh = new PictureCodec(options);
  using warmed = new PictureCodec(options);
  warmUp(warmed);
  expect(made(warmed)).toEqual(made(fresh));
});

function made(codec: PictureCodec) {
  using picture = codec.decodeJpeg(jpeg);
  const rgb = picture.toRgb(letterbox);
  picture.draw({ detections: [detection] });
  return { rgb: Buffer.from(rgb.buffer).toString('base64'), jpeg: Buffer.from(picture.toJpeg(80)).toString('base64') };
}
