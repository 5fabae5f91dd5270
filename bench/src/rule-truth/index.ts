import { join } from 'node:path';
import { parseArgs } from 'node:util';
import type { RuleFrame } from '@lookout/rules';
import { EMBEDDED_MODEL } from '@lookout/vision/models';
import { report } from '../lib/options.js';
import { findMaterial } from '../lib/paths.js';
import { type MotSequence, readMotSequence } from '../mot/mot-files.js';
import { type Comparison, compare } from './compare.js';
import { feedDetections, feedTrackedTruth, feedTruth } from './feed.js';
import { PLACES } from './places.js';

const MIN_WITH_TRUTH = 0.97;
const MIN_WITH_DETECTOR = 0.85;
const CLIPS: Readonly<Record<string, string>> = { 'PETS09-S2L1': 'vtest.avi', 'TUD-Campus': 'TUD-Campus.mp4' };

/**
 * Entries, crossings and stays that rules report in annotated sequences, against those derived from the annotation: from the true boxes
 * with their true ids, from the true boxes through the tracker, and from the detections of `--model` in the clips. `npm run bench -- rule-truth [--data DIR]
 * [--model FILE_OR_NAME]… [--faults]`; the exit code is 1 when a bar is missed.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({
    args,
    options: {
      data: { type: 'string' },
      model: { type: 'string', multiple: true, default: [] },
      faults: { type: 'boolean', default: false },
    },
  });
  const data = findMaterial(values.data, {
    what: 'a folder of MOTChallenge sequences',
    option: '--data',
    path: 'media/mot',
  });
  const sequences = await Promise.all(Object.keys(PLACES).map((name) => readMotSequence(join(data, name))));
  const feeds: [string, number | undefined, (sequence: MotSequence) => Promise<RuleFrame[]> | RuleFrame[]][] = [
    ['true boxes and ids', MIN_WITH_TRUTH, feedTruth],
    ['true boxes, tracked', MIN_WITH_TRUTH, feedTrackedTruth],
    ...values.model.map((model): (typeof feeds)[number] => [
      model,
      model === EMBEDDED_MODEL ? undefined : MIN_WITH_DETECTOR,
      (sequence) => feedDetections(join(data, sequence.info.name, CLIPS[sequence.info.name] ?? ''), model, sequence),
    ]),
  ];
  let holds = true;
  const rows: object[] = [];
  for (const [feed, least, feedOf] of feeds) {
    const comparisons: Comparison[] = [];
    for (const sequence of sequences) {
      const places = PLACES[sequence.info.name];
      if (!places) continue;
      for (const comparison of compare(await feedOf(sequence), sequence, places)) {
        comparisons.push(comparison);
        rows.push(rowOf(feed, sequence.info.name, comparison));
        if (values.faults) printFaults(`${feed}, ${sequence.info.name}, ${comparison.kind}`, comparison);
      }
    }
    holds = reportTotals(feed, comparisons, least) && holds;
  }
  console.table(rows);
  if (!holds) process.exitCode = 1;
  console.log(JSON.stringify({ bench: 'rule-truth', rows }));
}

function rowOf(feed: string, sequence: string, { kind, expected, reported, right }: Comparison): object {
  return {
    feed,
    sequence,
    kind,
    expected,
    reported,
    precision: share(right, reported),
    recall: share(right, expected),
  };
}

function reportTotals(feed: string, comparisons: readonly Comparison[], least: number | undefined): boolean {
  const sum = (key: 'expected' | 'reported' | 'right') => comparisons.reduce((total, one) => total + one[key], 0);
  const bar = least === undefined ? {} : { atLeast: least };
  return report(feed, [
    { name: 'precision', value: sum('right') / sum('reported'), ...bar },
    { name: 'recall', value: sum('right') / sum('expected'), ...bar },
  ]);
}

function printFaults(title: string, { missed, invented }: Comparison): void {
  for (const one of missed) console.log(`${title}: missed ${one}`);
  for (const one of invented) console.log(`${title}: invented ${one}`);
}

function share(part: number, whole: number): string {
  return whole === 0 ? '–' : (part / whole).toFixed(3);
}
