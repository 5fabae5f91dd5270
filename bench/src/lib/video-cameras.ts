import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { demoClip } from './paths.js';
import { end } from './server-process.js';

const entry = fileURLToPath(new URL('./video-camera-main.js', import.meta.url));

export interface VideoCameras {
  /** Address of one more camera. */
  url(number: number): string;
  stop(): Promise<void>;
}

/** Starts a process that serves H.264 cameras over RTSP, a keyframe a second, of the street clip if the setup has fetched it. */
export async function startVideoCameras(options: {
  width: number;
  height: number;
  fps: number;
}): Promise<VideoCameras> {
  const { width, height, fps } = options;
  const folder = mkdtempSync(join(tmpdir(), 'lookout-bench-video-'));
  const path = join(folder, 'clip.h264');
  const input = existsSync(demoClip)
    ? ['-i', demoClip]
    : ['-f', 'lavfi', '-i', `testsrc2=size=${width}x${height}:rate=${fps}`];
  const size = ['-an', '-vf', `scale=${width}:${height}`, '-r', String(fps), '-frames:v', String(20 * fps)];
  const codec = ['-c:v', 'libx264', '-preset', 'veryfast', '-bf', '0', '-pix_fmt', 'yuv420p'];
  const rate = [
    '-g',
    String(fps),
    '-b:v',
    '2M',
    '-maxrate',
    '3M',
    '-bufsize',
    '2M',
    '-x264-params',
    'aud=1:scenecut=0',
  ];
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', ...input, ...size, ...codec, ...rate, '-f', 'h264', path]);
  const child = spawn(process.execPath, [entry, path, String(fps)], { stdio: ['pipe', 'pipe', 'inherit'] });
  const [port] = (await Promise.race([
    once(child.stdout, 'data'),
    once(child, 'exit').then(([code]) => Promise.reject(new Error(`The cameras ended with code ${code}`))),
  ])) as [Buffer];
  return {
    url: (number) => `rtsp://127.0.0.1:${String(port).trim()}/camera${number}`,
    stop: async () => {
      await end(child);
      rmSync(folder, { recursive: true, force: true });
    },
  };
}
