import { resolve } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { serverUrl } from './command.js';

const HELP = `
Connects as a client does, over a WebSocket and over REST with server-sent events, sends images at a steady rate, and makes common
client mistakes. Prints latency percentiles, rates and drops, and a verdict: ok, slow (frames are late or dropped) or failing. The
exit code is 1 if something fails or the server can't be tested. Without --image or --clip it sends the demo clip, if there is one.`;

/** `lookout try [url]`. */
export function addTryCommand(parent: Command): void {
  parent
    .command('try')
    .description('test the detection API of a running server')
    .argument('[url]', 'address of the server', url, 'http://127.0.0.1:8080')
    .addOption(new Option('--key <key>', 'API key of the server; preferably set in the environment').env('LOOKOUT_KEY'))
    .option('--image <file>', 'an image to send; can be repeated', collect)
    .option('--clip <file>', 'a video whose first frames are sent')
    .addOption(
      new Option('--seconds <number>', 'seconds to measure each transport').argParser(within(0.5, 600)).default(5),
    )
    .addOption(new Option('--fps <number>', 'frames per second of each session').argParser(within(1, 240)).default(10))
    .addOption(new Option('--sessions <number>', 'number of concurrent sessions').argParser(whole(1, 64)).default(1))
    .option('--json', 'print JSON')
    .allowExcessArguments(false)
    .addHelpText('after', HELP)
    .action(async (address: string, options: GivenOptions) => {
      const { key, image = [], clip, seconds, fps, sessions, json = false } = options;
      const { tryServer } = await import('./command.js');
      const demoClip = process.env.LOOKOUT_DEMO_CLIP;
      process.exitCode = await tryServer(
        { url: address, key: key || undefined, images: image, clip, json, seconds, fps, sessions },
        demoClip && resolve(demoClip),
      );
    });
}

interface GivenOptions {
  key?: string;
  image?: string[];
  clip?: string;
  seconds: number;
  fps: number;
  sessions: number;
  json?: boolean;
}

function url(text: string): string {
  try {
    return serverUrl(text);
  } catch (error) {
    throw new InvalidArgumentError(error instanceof Error ? error.message : String(error));
  }
}

function collect(path: string, paths: string[] = []): string[] {
  return [...paths, path];
}

function within(least: number, most: number): (text: string) => number {
  return (text) => {
    const value = Number(text);
    if (text.trim() !== '' && value >= least && value <= most) return value;
    throw new InvalidArgumentError(`Expected a number from ${least} to ${most}.`);
  };
}

function whole(least: number, most: number): (text: string) => number {
  const parse = within(least, most);
  return (text) => {
    const value = parse(text);
    if (Number.isInteger(value)) return value;
    throw new InvalidArgumentError('Expected a whole number.');
  };
}
