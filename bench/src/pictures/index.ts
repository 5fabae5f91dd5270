import { existsSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { PictureCodec, VideoFile } from '@lookout/media/codec';
import { median, monotonicMs } from '../lib/figures.js';
import { report } from '../lib/options.js';
import { demoClip } from '../lib/paths.js';

const PICTURES = 40;
/** The default quality for viewers. */
const QUALITY = 80;

/** Times of one picture each, ms. */
class Times {
  readonly decoding: number[] = [];
  readonly scaling: number[] = [];
  readonly encoding: number[] = [];
  readonly jpegBytes: number[] = [];
}

/**
 * How long it takes on one thread to convert a camera's JPEG to a model's size, and to a JPEG of its own: with libjpeg-turbo and with
 * FFmpeg, alternating on the same pictures. FFmpeg scales in both cases.
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
  if (!existsSync(values.file)) throw new Error(`${values.file} does not exist; give a video with --file`);
  const jpegs = await jpegsOf(values.file);
  const codecs = { turbo: new PictureCodec(), ffmpeg: new PictureCodec({ turboJpeg: false }) };
  const times = { turbo: new Times(), ffmpeg: new Times() };
  let title = '';
  let rgb = new Float32Array();
  // The first round warms up compilers and buffers.
  for (let round = -1; round < Number(values.rounds); round++) {
    for (const jpeg of jpegs) {
      for (const by of ['turbo', 'ffmpeg'] as const) {
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
        const scaledMs = monotonicMs();
        const { length } = picture.toJpeg(QUALITY);
        title = `A JPEG of ${width}×${height} to RGB of ${toWidth}×${toHeight}, and to a JPEG of quality ${QUALITY}`;
        if (round < 0) continue;
        times[by].decoding.push(decodedMs - startMs);
        times[by].scaling.push(scaledMs - decodedMs);
        times[by].encoding.push(monotonicMs() - scaledMs);
        times[by].jpegBytes.push(length);
      }
    }
  }
  for (const codec of Object.values(codecs)) codec.close();
  const { turbo, ffmpeg } = times;
  const ok = report(title, [
    { name: 'decoding by libjpeg-turbo p50', value: median(turbo.decoding), unit: 'ms' },
    { name: 'decoding by FFmpeg p50', value: median(ffmpeg.decoding), unit: 'ms' },
    { name: 'share', value: median(turbo.decoding) / median(ffmpeg.decoding), atMost: 1 },
    { name: 'scaling p50', value: median([...turbo.scaling, ...ffmpeg.scaling]), unit: 'ms' },
    { name: 'encoding by libjpeg-turbo p50', value: median(turbo.encoding), unit: 'ms' },
    { name: 'encoding by FFmpeg p50', value: median(ffmpeg.encoding), unit: 'ms' },
    { name: 'share', value: median(turbo.encoding) / median(ffmpeg.encoding), atMost: 0.75 },
    { name: 'a JPEG by libjpeg-turbo', value: median(turbo.jpegBytes) / 1000, unit: 'kB' },
    { name: 'a JPEG by FFmpeg', value: median(ffmpeg.jpegBytes) / 1000, unit: 'kB' },
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
