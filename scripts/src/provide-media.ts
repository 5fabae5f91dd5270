import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { loadSettings, type Settings } from '@lookout/server/settings';
import { DemoClipUnavailable, findDemoClip, prepareDemoClip } from './demo-clip.js';
import { cacheDirectory } from './paths.js';
import type { Step } from './progress.js';
import { provideTurboJpeg } from './turbo-jpeg.js';

const HELP = ['help', '--help', '-h', '--version', '-V'];

/** Provides libjpeg-turbo and the demo clip, as far as the command needs them, and passes on their paths in the environment. */
export async function provideMedia(args: string[], step: Step): Promise<void> {
  const settings = settingsOf(args);
  if (settings?.demo && settings.demo_clip === undefined) {
    process.env.LOOKOUT_DEMO_CLIP = await demoClip(join(cacheDirectory, 'demo'), step);
  }
  if (!args.some((argument) => HELP.includes(argument))) {
    process.env.LOOKOUT_TURBOJPEG ??= (await provideTurboJpeg(join(cacheDirectory, 'lib'), step)) ?? '';
  }
}

/** The settings for running the server; `undefined` for other commands, and if the server will report a mistake in them. */
export function settingsOf(args: string[]): Settings | undefined {
  const { values, positionals } = parseArgs({
    args,
    strict: false,
    options: {
      data: { type: 'string' },
      config: { type: 'string' },
      'no-demo': { type: 'boolean' },
      help: { type: 'boolean', short: 'h' },
      version: { type: 'boolean', short: 'V' },
    },
  });
  // Values of flags that this parser does not know count as positionals, so it only looks for the server's own commands.
  const isOtherCommand = ['detect', 'doctor', 'models', 'help'].includes(positionals[0] ?? '');
  if (isOtherCommand || values.help || values.version) return undefined;
  const flags: Record<string, string> = {};
  if (typeof values.data === 'string') flags['--data'] = values.data;
  if (values['no-demo']) flags['--no-demo'] = 'true';
  try {
    const config = typeof values.config === 'string' ? values.config : undefined;
    return loadSettings({ flags: { values: flags, config }, env: process.env });
  } catch {
    // The server reads the same settings next, and reports the mistake with its own exit code.
    return undefined;
  }
}

async function demoClip(directory: string, step: Step): Promise<string> {
  const there = await findDemoClip(directory);
  if (there) return there;
  try {
    return await step('Getting the demo clip (8 MB)', () => prepareDemoClip(directory));
  } catch (error) {
    if (!(error instanceof DemoClipUnavailable)) throw error;
    process.stderr.write(`No demo camera: the clip is unavailable (${error.message}). Everything else works.\n`);
    return '';
  }
}
