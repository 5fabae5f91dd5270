import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { BenchCamera } from './server-process.js';
import { end } from './server-process.js';

const entry = fileURLToPath(new URL('./stamped-camera-main.js', import.meta.url));

export interface StampedCameras {
  readonly pid: number;
  /** Settings for `count` cameras, each analysed at the given size. */
  cameras(count: number, detect?: Record<string, unknown>): BenchCamera[];
  stats(): Promise<{ accepted: number; sent: number; skipped: number; clients: number }>;
  stop(): Promise<void>;
}

/**
 * Starts a process that serves MJPEG cameras of street pictures, every frame stamped when it is sent.
 * @param options.host the address that they listen on
 * @param options.quality FFmpeg's JPEG scale, 2 (best) to 31; the default makes about 40 KB of 640×480, 12 about 20 KB, like an ESP32-CAM
 */
export async function startStampedCameras(
  options: { fps?: number; width?: number; height?: number; quality?: number; host?: string } = {},
): Promise<StampedCameras> {
  const { fps = 30, width = 640, height = 480, quality = 5, host = '127.0.0.1' } = options;
  const child = spawn(process.execPath, [entry, ...[fps, width, height, quality, host].map(String)], {
    stdio: ['pipe', 'pipe', 'inherit'],
  });
  const [port] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`The cameras ended with code ${code}`))),
  ])) as [Buffer];
  const base = `http://${host}:${String(port).trim()}`;
  return {
    pid: child.pid as number,
    cameras: (count, detect = {}) =>
      Array.from({ length: count }, (_, index) => ({ id: `cam${index + 1}`, url: `${base}/stream?${index}`, detect })),
    stats: async () => (await (await fetch(`${base}/stats`)).json()) as Awaited<ReturnType<StampedCameras['stats']>>,
    stop: () => end(child),
  };
}
