import type { Detection } from '@lookout/protocol';
import { AV_PIX_FMT_YUVJ420P } from './native.js';
import { Picture } from './picture.js';
import type { PictureCodec } from './picture-codec.js';

const WIDTH = 320;
const HEIGHT = 240;
const QUALITY = 80;
const GREY = 128;
const CONTENT = { x: 0, y: 0, contentWidth: WIDTH / 2, contentHeight: HEIGHT / 2 };
const LETTERBOX = { width: WIDTH / 2, height: WIDTH / 2, ...CONTENT, fill: GREY };
/** By then V8 has optimised the loops over pixels; more rounds gain nothing. */
const ROUNDS = 20;
const DETECTIONS: readonly Detection[] = [0, 1, 2, 3].map((i) => {
  const left = 20 + 10 * i;
  return { bbox: [left, 60, left + 100, 200], class_id: i, class_name: 'person', confidence: 0.5 };
});

/**
 * Does everything that a camera's picture may need, over and over: decodes, scales, draws and encodes. The first time takes a thread tens
 * of milliseconds (functions are compiled, native ones bound, glyphs rendered), and the first viewer would have to wait for that. Takes
 * about 0.1 s.
 */
export function warmUp(codec: PictureCodec): void {
  const jpeg = blankJpeg(codec);
  for (let round = 0; round < ROUNDS; round++) {
    using picture = codec.decodeJpeg(jpeg);
    picture.toRgb(LETTERBOX);
    picture.draw({ detections: DETECTIONS });
    picture.toJpeg(QUALITY);
  }
}

function blankJpeg({ tools }: PictureCodec): Uint8Array {
  const open = tools.takeOpenFrame(WIDTH, HEIGHT, AV_PIX_FMT_YUVJ420P);
  for (const plane of open.planes) plane.fill(GREY);
  using picture = new Picture(tools, open);
  return picture.toJpeg(QUALITY);
}
