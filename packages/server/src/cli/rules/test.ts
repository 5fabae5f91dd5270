import { basename, resolve } from 'node:path';
import { LookoutError, type Rule, type TestedEvent } from '@lookout/protocol';
import { interpret, summarise } from '@lookout/rules';
import { createTracker } from '@lookout/vision';
import { ObjectTracker } from '../../pipeline/analysis/detection-rules.js';
import type { ObjectFrame } from '../../pipeline/history/object-chunk.js';
import { testRules } from '../../pipeline/history/test-rules.js';
import type { Settings } from '../../platform/config/settings.js';
import { Analyser } from '../detect/analyser.js';
import { analyseRecording } from '../detect/recording.js';
import { formatPosition } from '../detect/seen-tally.js';
import { EXIT_CODES } from '../exit/exit-codes.js';
import { contextOf, describe } from './explain.js';
import { parseLine, parseZone } from './regions.js';
import type { RuleTestCommand } from './rules-command.js';

/** Prints the events that the rules of a sentence find in a video. A sentence that is no complete rule is a failure. */
export async function testSentence(command: RuleTestCommand, settings: Settings): Promise<void> {
  const { sentence, json, video } = command;
  const startMs = command.start === undefined ? undefined : parseStart(command.start);
  const regions = { zones: command.zone.map(parseZone), lines: command.line.map(parseLine) };
  const analyser = await Analyser.start(settings, settings.workers);
  try {
    const read = interpret(sentence, contextOf(command, analyser.model, { cameras: [] }));
    if (read.status !== 'ok') {
      console.log(json ? JSON.stringify(read, null, 2) : describe(read));
      process.exitCode = EXIT_CODES.failure;
      return;
    }
    const frames = await objectFrames(command, analyser);
    const outcome = await testRules({
      // Without a start, nobody knows what time of day the video shows.
      rules: startMs === undefined ? read.rules.map(withoutSchedule) : read.rules,
      camera: { id: 'video', ...regions },
      frames,
      timezone: settings.timezone,
      toEpoch: (timeMs) => timeMs + (startMs ?? 0),
      fromMs: startMs ?? 0,
      untilMs: (startMs ?? 0) + (frames.at(-1)?.timestampMs ?? 0),
      pictureAt: () => ({ snapshot_url: null, snapshot_timestamp: null }),
    });
    const { events } = outcome;
    if (json) return void console.log(JSON.stringify({ rules: read.rules, events }, null, 2));
    console.log(summarise(read.rules));
    for (const event of events) console.log(`  ${describeEvent(event, startMs ?? 0)}`);
    console.log(`${basename(video)}: ${events.length === 1 ? '1 event' : `${events.length} events`}`);
    if (startMs === undefined && read.rules.some(({ schedule }) => schedule)) {
      console.log('Times of day were left out of account: --start says when the video begins.');
    }
  } finally {
    await analyser.close();
  }
}

/** The confirmed objects of each frame of the video. */
async function objectFrames({ video, fps, seconds }: RuleTestCommand, analyser: Analyser): Promise<ObjectFrame[]> {
  const { VideoFile } = await import('@lookout/media/codec');
  const objects = new ObjectTracker(createTracker());
  const frames: ObjectFrame[] = [];
  await using file = await VideoFile.open(resolve(video));
  for await (const { positionMs, width, height, found } of analyseRecording(file, analyser, { fps, seconds })) {
    const frame = { timestampMs: positionMs, width, height };
    const boxes = { packed: found.packed, classNames: analyser.model.classNames };
    frames.push({ ...frame, objects: objects.shown(boxes, frame, analyser.rules).objects });
  }
  return frames;
}

function withoutSchedule({ schedule: _, ...rule }: Rule): Rule {
  return rule;
}

function describeEvent({ frame_timestamp, severity, reason }: TestedEvent, startMs: number): string {
  return `${formatPosition(frame_timestamp - startMs)}  ${severity.padEnd(8)}  ${reason}`;
}

function parseStart(text: string): number {
  const timeMs = Date.parse(text);
  if (Number.isFinite(timeMs)) return timeMs;
  throw new LookoutError('validation_failed', `--start "${text}": expected a date and time such as 2026-03-01T22:00`);
}
