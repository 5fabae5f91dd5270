import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { demoClip } from './paths.js';

/** A clip that Chromium plays in a loop as its camera. The caller removes its folder with `remove`. */
export interface FakeCamera {
  /** Command line that makes it the browser's only camera. */
  flags: string[];
  remove(): void;
}

const SECONDS = 8;

/** The demo street as a 640×480 camera. @param fps frames per second */
export function streetAsCamera(fps = 30): FakeCamera {
  const folder = mkdtempSync(join(tmpdir(), 'lookout-fake-camera-'));
  // Raw pictures need no decoding in the browser, and their file states the frame rate.
  const clip = join(folder, 'street.y4m');
  const scale = ['-vf', `scale=640:480,fps=${fps}`, '-pix_fmt', 'yuv420p'];
  execFileSync('ffmpeg', ['-v', 'error', '-nostdin', '-i', demoClip(), '-t', String(SECONDS), ...scale, clip]);
  return {
    flags: ['--use-fake-device-for-media-stream', `--use-file-for-fake-video-capture=${clip}`],
    remove: () => rmSync(folder, { recursive: true, force: true }),
  };
}

/** Allows every page to use the camera without asking. */
export const ALLOW_CAMERA = '--use-fake-ui-for-media-stream';
