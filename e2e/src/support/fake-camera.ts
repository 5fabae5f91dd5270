import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoClip } from './paths.js';

/** A clip that Chromium shows as its camera, round and round. Its folder is the caller's to remove, by `remove`. */
export interface FakeCamera {
  /** Command line that makes it the browser's only camera. */
  flags: string[];
  remove(): void;
}

const SECONDS = 8;

/** The demo street as a camera of 640×480 at 30 frames a second. */
export function streetAsCamera(): FakeCamera {
  const folder = mkdtempSync(join(tmpdir(), 'lookout-fake-camera-'));
  const clip = join(folder, 'street.mjpeg');
  execFileSync('ffmpeg', [
    ...['-v', 'error', '-nostdin', '-i', demoClip(), '-t', String(SECONDS), '-vf', 'scale=640:480,fps=30'],
    ...['-c:v', 'mjpeg', '-q:v', '3', clip],
  ]);
  return {
    flags: ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${clip}`],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Allows every page the camera without asking. */
export const ALLOW_CAMERA = '--use-fake-ui-for-media-stream';
