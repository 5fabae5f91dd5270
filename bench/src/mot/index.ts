import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { round } from '../lib/figures.js';
import { type Bar, report } from '../lib/options.js';
import { findMaterial } from '../lib/paths.js';
import { dropTruth } from './dropped-truth.js';
import { type MotSequence, readMotSequence } from './mot-files.js';
import { evaluateTracker, type SequenceScores, TRACKERS } from './track-sequence.js';

/** Minimum scores at the sequence's own rate, with its public detections and the same tracker settings for all. */
const BARS: Readonly<Record<string, { idf1: number; hota: number }>> = {
  'PETS09-S2L1': { idf1: 0.66, hota: 0.44 },
  'TUD-Campus': { idf1: 0.75, hota: 0.53 },
};

/** Every frame, every second, … */
const SAMPLINGS = [1, 2, 3, 4];
const PUBLIC = 'det.txt';
/** Share of the true boxes that the simulated detector misses. */
const DROPPED = 0.15;

type Trackers = keyof typeof TRACKERS;
type Compared = 'hota' | 'idf1' | 'identitySwitches' | 'stolenIdentities';

/** One sequence and source of detections at one rate, over all phases of the sampling. */
interface Row {
  sequence: string;
  detections: string;
  every: number;
  fps: number;
  /** Means of HOTA and IDF1, sums of switches. */
  scores: Record<Trackers, Pick<SequenceScores, Compared>>;
}

/**
 * Scores the tracker's defaults against SORT on MOTChallenge sequences at full and reduced frame rates: on their public detections, and on
 * true boxes of which some are dropped. `npm run bench -- mot [--data DIR]`: DIR contains a folder per sequence with `seqinfo.ini`,
 * `gt.txt`, `det.txt`.
 * @throws Error when a sequence does not exist; the exit code is 1 when a bar is missed.
 */
export async function run(args: string[]): Promise<void> {
  const { values } = parseArgs({ args, options: { data: { type: 'string' } } });
  const data = findMaterial(values.data, {
    what: 'a folder of MOTChallenge sequences',
    option: '--data',
    path: 'media/mot',
  });
  const rows: Row[] = [];
  for (const name of Object.keys(BARS)) {
    const folder = join(data, name);
    if (!existsSync(folder)) throw new Error(`Expected a sequence at ${folder}`);
    const sequence = await readMotSequence(folder);
    for (const every of SAMPLINGS) rows.push(compare(sequence, PUBLIC, every));
    for (const every of SAMPLINGS)
      rows.push(compare(dropTruth(sequence, DROPPED), `gt.txt − ${100 * DROPPED} %`, every));
  }
  printTable(rows);
  if (!report('Tracking, mean scores and summed switches over the phases of a rate', rows.flatMap(barsOf)))
    process.exitCode = 1;
  console.log(JSON.stringify({ bench: 'mot', rows }));
}

function compare(sequence: MotSequence, detections: string, every: number): Row {
  const scoresOf = (create: (typeof TRACKERS)[Trackers]) => {
    const phases = Array.from({ length: every }, (_, phase) => evaluateTracker(sequence, create(), { every, phase }));
    const sum = (key: Compared) => phases.reduce((total, scores) => total + scores[key], 0);
    return {
      hota: sum('hota') / every,
      idf1: sum('idf1') / every,
      identitySwitches: sum('identitySwitches'),
      stolenIdentities: sum('stolenIdentities'),
    };
  };
  const entries = Object.entries(TRACKERS).map(([name, create]) => [name, scoresOf(create)] as const);
  const scores = Object.fromEntries(entries) as Row['scores'];
  for (const { hota, idf1 } of Object.values(scores)) {
    // No tracker can have such results, so the evaluation must be wrong.
    if (!(hota > 0 && hota <= 1 && idf1 > 0 && idf1 <= 1))
      throw new Error(`Expected scores in 0..1, got ${hota}, ${idf1}`);
  }
  return { sequence: sequence.info.name, detections, every, fps: sequence.info.frameRate / every, scores };
}

/** Compared with the better of the two SORTs in each figure; scores at full rate also have bars of their own. */
function barsOf({ sequence, detections, fps, every, scores }: Row): Bar[] {
  const name = `${sequence}, ${detections}, ${round(fps)} fps`;
  const { lookout, ...references } = scores;
  const ofReferences = (key: Compared) => Object.values(references).map((reference) => reference[key]);
  const stolen: Bar = {
    name: `${name}, stolen identities`,
    value: lookout.stolenIdentities,
    atMost: Math.min(...ofReferences('stolenIdentities')),
  };
  if (detections !== PUBLIC) return [stolen];
  const scoreBars = (['idf1', 'hota'] as const).map((key): Bar => {
    const own = every === 1 ? (BARS[sequence]?.[key] ?? 0) : 0;
    return {
      name: `${name}, ${key.toUpperCase()}`,
      value: lookout[key],
      atLeast: round(Math.max(own, ...ofReferences(key)), 3),
    };
  });
  return [...scoreBars, stolen];
}

function printTable(rows: readonly Row[]): void {
  console.table(
    rows.map(({ sequence, detections, fps, scores }) => ({
      sequence,
      detections,
      fps: round(fps),
      ...Object.fromEntries(
        (['hota', 'idf1', 'identitySwitches', 'stolenIdentities'] as const).map((key) => [
          key,
          Object.values(scores)
            .map((one) => (key === 'hota' || key === 'idf1' ? one[key].toFixed(3) : one[key]))
            .join(' / '),
        ]),
      ),
    })),
  );
}
