import { existsSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { parseArgs } from 'node:util';
import { type Bar, report } from '../lib/options.js';
import { readMotSequence } from './mot-files.js';
import { evaluateTracker, type SequenceScores } from './track-sequence.js';

/** Least scores at the sequence's own rate, from its public detections, with one setting of the tracker for all. */
const BARS: Readonly<Record<string, { idf1: number; hota: number }>> = {
  'PETS09-S2L1': { idf1: 0.58, hota: 0.44 },
  'TUD-Campus': { idf1: 0.75, hota: 0.53 },
};

/**
 * Scores the tracker's defaults on MOTChallenge sequences, at their own frame rate and at half of it.
 * `npm run bench -- mot [--data DIR]`: DIR holds a folder per sequence with `seqinfo.ini`, `gt.txt`, `det.txt`.
 * @throws Error when a sequence is not there; the exit code is 1 when a bar is missed.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { data: { type: 'string', default: '../shared/media/mot' } } });
  const results: SequenceScores[] = [];
  for (const name of Object.keys(BARS)) {
    const folder = join(resolve(values.data), name);
    if (!existsSync(folder)) throw new Error(`There is no sequence ${folder}; give the folder of all by --data`);
    const sequence = await readMotSequence(folder);
    for (const every of [1, 2]) results.push(checked(evaluateTracker(sequence, every)));
  }
  printTable(results);
  const bars = results.flatMap(barsOf);
  if (!report('Tracking, bars at the sequences’ own frame rate', bars)) process.exitCode = 1;
  console.log(JSON.stringify({ bench: 'mot', results }));
}

/** @throws Error for results that no tracker can have: then the evaluation is wrong, not the tracker. */
function checked(scores: SequenceScores): SequenceScores {
  for (const key of ['hota', 'detA', 'assA', 'idf1', 'motp'] as const) {
    const value = scores[key];
    if (!(value > 0 && value <= 1)) throw new Error(`Expected ${key} of ${scores.sequence} in 0..1, got ${value}`);
  }
  return scores;
}

/** Half rates are told, not held to a bar. */
function barsOf({ sequence, fps, idf1, hota }: SequenceScores, index: number): Bar[] {
  const least = index % 2 === 0 ? BARS[sequence] : undefined;
  return [
    { name: `${sequence} at ${fps} fps, IDF1`, value: idf1, atLeast: least?.idf1 },
    { name: `${sequence} at ${fps} fps, HOTA`, value: hota, atLeast: least?.hota },
  ];
}

function printTable(results: readonly SequenceScores[]): void {
  const rows = results.map((result) => ({
    sequence: result.sequence,
    fps: result.fps,
    HOTA: result.hota.toFixed(3),
    DetA: result.detA.toFixed(3),
    AssA: result.assA.toFixed(3),
    IDF1: result.idf1.toFixed(3),
    MOTA: result.mota.toFixed(3),
    IDSW: result.identitySwitches,
    FP: result.falsePositives,
    FN: result.falseNegatives,
    'ids (true)': `${result.tracks} (${result.truths})`,
  }));
  console.table(rows);
}
