import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { PictureCodec, VideoFile } from '@lookout/media/codec';
import { median, monotonicMs } from '../lib/figures.js';
import { report } from '../lib/options.js';

const demoClip = fileURLToPath(new URL('../../../.lookout/demo/vtest.avi', import.meta.url));
const PICTURES = 40;

/**
 * What it takes to bring a camera's JPEG to a model's size on one thread: decoding by libjpeg-turbo and scaling by our own loops, and
 * both by FFmpeg, with the same filter; in turn on the same pictures.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      file: { type: 'string', default: demoClip },
      size: { type: 'string', default: '416' },
      rounds: { type: 'string', default: '10' },
    },
  });
  if (!existsSync(values.file)) throw new Error(`There is no video ${values.file}; give one by --file`);
  const jpegs = await jpegsOf(values.file);
  const codecs = { own: new PictureCodec(), ffmpeg: new PictureCodec({ turboJpeg: false, kernel: false }) };
  const decoding = { own: [] as number[], ffmpeg: [] as number[] };
  const scaling = { own: [] as number[], ffmpeg: [] as number[] };
  let title = '';
  let rgb = new Float32Array();
  // The first round is for the compilers and buffers.
  for (let round = -1; round < Number(values.rounds); round++) {
    for (const jpeg of jpegs) {
      for (const by of ['own', 'ffmpeg'] as const) {
        const startMs = monotonicMs();
        using picture = codecs[by].decodeJpeg(jpeg);
        const decodedMs = monotonicMs();
        const { width, height } = picture;
        const scale = Number(values.size) / Math.max(width, height);
        const [toWidth, toHeight] = [Math.round(width * scale), Math.round(height * scale)];
        const letterbox = {
          ...EDGELESS,
          width: toWidth,
          height: toHeight,
          contentWidth: toWidth,
          contentHeight: toHeight,
        };
        if (rgb.length !== toWidth * toHeight * 3) rgb = new Float32Array(toWidth * toHeight * 3);
        picture.toRgb(letterbox, rgb);
        title = `A JPEG of ${width}×${height} to RGB of ${toWidth}×${toHeight}`;
        if (round < 0) continue;
        decoding[by].push(decodedMs - startMs);
        scaling[by].push(monotonicMs() - decodedMs);
      }
    }
  }
  for (const codec of Object.values(codecs)) codec.close();
  const ok = report(title, [
    { name: 'decoding by libjpeg-turbo p50', value: median(decoding.own), unit: 'ms' },
    { name: 'decoding by FFmpeg p50', value: median(decoding.ffmpeg), unit: 'ms' },
    { name: 'share', value: median(decoding.own) / median(decoding.ffmpeg), atMost: 1 },
    { name: 'scaling by our own loops p50', value: median(scaling.own), unit: 'ms' },
    { name: 'scaling by FFmpeg p50', value: median(scaling.ffmpeg), unit: 'ms' },
    { name: 'share', value: median(scaling.own) / median(scaling.ffmpeg), atMost: 0.75 },
  ]);
  if (!ok) process.exitCode = 1;
}

const EDGELESS = { x: 0, y: 0, fill: 0 };

async function jpegsOf(path: string): Promise<Uint8Array[]> {
  await using file = await VideoFile.open(path);
  const jpegs: Uint8Array[] = [];
  for await (const { picture } of file.pictures()) {
    jpegs.push(picture.toJpeg(75));
    picture.close();
    if (jpegs.length === PICTURES) break;
  }
  return jpegs;
}
