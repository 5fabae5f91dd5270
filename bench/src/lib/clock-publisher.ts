import { spawn } from 'node:child_process';
import { nowMs } from '@lookout/media';
import { writeClockCode } from '@lookout/media/testing';
import { monotonicMs } from './figures.js';
import { end } from './server-process.js';

export interface ClockPublisher {
  /** When the first picture was handed to the encoder, Unix epoch ms. */
  readonly startedMs: number;
  stop(): Promise<void>;
}

/**
 * Publishes pictures that show the time they were made at, as a user with ffmpeg would: x264 with `zerolatency`, FLV, to `address`. A
 * picture that ffmpeg has no room for is left out, so that none waits before the encoder.
 */
export function publishClock(
  address: string,
  { width, height, fps }: { width: number; height: number; fps: number },
): ClockPublisher {
  const raw = ['-f', 'rawvideo', '-pix_fmt', 'yuv420p', '-video_size', `${width}x${height}`, '-framerate', `${fps}`];
  // Wall-clock stamps: a picture left out must not shift those after it.
  const input = ['-use_wallclock_as_timestamps', '1', ...raw, '-i', 'pipe:0'];
  const codec = ['-c:v', 'libx264', '-preset', 'ultrafast', '-tune', 'zerolatency', '-g', `${fps * 2}`];
  const output = ['-fps_mode', 'passthrough', '-f', 'flv', address];
  const encoder = spawn('ffmpeg', ['-v', 'error', ...input, ...codec, ...output], {
    stdio: ['pipe', 'ignore', 'inherit'],
  });
  // An encoder that ends by itself is seen by the viewer, where no picture comes.
  encoder.stdin.on('error', () => {});
  const luma = width * height;
  const texture = makeTexture(width, height);
  const beginMs = monotonicMs();
  const startedMs = nowMs();
  let number = 0;
  let timer: NodeJS.Timeout | undefined;
  const next = () => {
    if (!encoder.stdin.writableNeedDrain) {
      const picture = Buffer.alloc(luma + luma / 2, 128);
      const row = (number * 2) % height;
      picture.set(texture.subarray(row * width, row * width + luma));
      writeClockCode(picture, { width, height }, nowMs());
      encoder.stdin.write(picture);
    }
    number += 1;
    // Counted from the start: waiting a fixed time after each picture would drift.
    timer = setTimeout(next, Math.max(0, beginMs + (number * 1000) / fps - monotonicMs()));
  };
  next();
  return {
    startedMs,
    stop: async () => {
      clearTimeout(timer);
      encoder.stdin.end();
      await end(encoder);
    },
  };
}

/** Smooth hills, twice as high as the picture: each picture shows another part of them. */
function makeTexture(width: number, height: number): Uint8Array {
  const texture = new Uint8Array(width * height * 2);
  for (let y = 0; y < height * 2; y++) {
    const rise = 40 * Math.sin((y * 2 * Math.PI) / height);
    for (let x = 0; x < width; x++) texture[y * width + x] = 110 + 50 * Math.sin(x / 37) + rise + ((x * y) & 7);
  }
  return texture;
}
