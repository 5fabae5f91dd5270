import { spawn } from 'node:child_process';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { DETECTION_DEFAULTS, type Detection } from '@lookout/protocol';
import { type Bar, report } from '../lib/options.js';
import { demoClip } from '../lib/paths.js';
import { ClassSwitches } from './class-switches.js';

const bin = fileURLToPath(new URL('../../../packages/server/bin/lookout.js', import.meta.url));

/** Analysed frames per second: the clip's own rate, and what a busy machine manages. */
const RATES = [10, 2];

/**
 * Runs detection on the demo clip as `lookout detect` does, and counts how often a tracked object changes its class. `npm run bench --
 * demo-classes [--file VIDEO]`; the exit code is 1 when a bar is missed.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { file: { type: 'string', default: demoClip } } });
  const bars: Bar[] = [];
  for (const fps of RATES) {
    const { switchesPerMinute, objects, least } = await detect(values.file, fps);
    if (objects === 0) throw new Error(`Expected tracked objects in ${values.file}, got none`);
    bars.push(
      { name: `class switches at ${fps} fps`, value: switchesPerMinute, unit: '1/min', atMost: 3 },
      { name: `lowest score shown at ${fps} fps`, value: least, atLeast: DETECTION_DEFAULTS.confidence },
    );
  }
  if (!report('Classes of tracked objects', bars)) process.exitCode = 1;
  console.log(JSON.stringify({ bench: 'demo-classes', bars }));
}

async function detect(file: string, fps: number): Promise<ClassSwitches> {
  const child = spawn(process.execPath, [bin, 'detect', file, '--json', '--fps', String(fps)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const ended = new Promise<number | null>((resolve) => child.once('close', resolve));
  const switches = new ClassSwitches();
  for await (const line of createInterface({ input: child.stdout })) {
    const { timestamp, detections } = JSON.parse(line) as { timestamp?: number; detections?: Detection[] };
    if (timestamp !== undefined && detections) switches.add(timestamp, detections);
  }
  const code = await ended;
  if (code !== 0) throw new Error(`Expected \`lookout detect\` to succeed, got exit code ${code}`);
  return switches;
}
