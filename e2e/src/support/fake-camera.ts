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

/** The demo street as a camera of 640×480. @param fps its frames a second */
export function streetAsCamera(fps = 30): FakeCamera {
  const folder = mkdtempSync(join(tmpdir(), 'lookout-fake-camera-'));
  // Raw pictures cost the browser no decoding, and their file says how fast they come.
  const clip = join(folder, 'street.y4m');
  const scale = ['-vf', `scale=640:480,fps=${fps}`, '-pix_fmt', 'yuv420p'];
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', demoClip(), '-t', String(SECONDS), ...scale, clip]);
  return {
    flags: ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${clip}`],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Allows every page the camera without asking. */
export const ALLOW_CAMERA = '--use-fake-ui-for-media-stream';
