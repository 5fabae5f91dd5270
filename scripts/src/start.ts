import { join } from 'node:path';
import { DemoClipUnavailable, findDemoClip, prepareDemoClip } from './demo-clip.js';
import { cacheDirectory } from './paths.js';
import type { StartProgress } from './progress.js';

/** Flags that only print something: nothing needs preparing for them. */
const PRINTS_ONLY = new Set(['--help', '-h', '--version', '-V', 'help']);

/** Prepares the demo clip, then runs the server in this process. @param args what `npm start --` was given */
export async function start(args: string[], startProgress: StartProgress): Promise<void> {
  if (!args.some((arg) => PRINTS_ONLY.has(arg)) && wantsDemo(args)) {
    const clip = await demoClip(startProgress);
    if (clip) process.env.LOOKOUT_DEMO_CLIP = clip;
  }
  const { runCli } = await import('@lookout/server/cli');
  await runCli(args);
}

function wantsDemo(args: readonly string[]): boolean {
  return !args.includes('--no-demo') && !process.env.LOOKOUT_NO_DEMO && !process.env.LOOKOUT_DEMO_CLIP;
}

async function demoClip(startProgress: StartProgress): Promise<string | undefined> {
  const directory = join(cacheDirectory, 'demo');
  const there = await findDemoClip(directory);
  if (there) return there;
  const progress = startProgress('Getting the demo clip (8 MB)');
  try {
    const path = await prepareDemoClip(directory, { onProgress: (detail) => progress.update(detail) });
    progress.done('');
    return path;
  } catch (error) {
    progress.fail();
    if (!(error instanceof DemoClipUnavailable)) throw error;
    process.stderr.write(`No demo camera: the clip can't be had (${error.message}). Everything else works.\n`);
    return undefined;
  }
}
