import { SCENE_NAMES, scoreScenes } from '@lookout/rules/testing';
import { numberOptions, report } from '../lib/options.js';

const MIN_SCORE = 0.98;
/** Faults of a behaviour that are printed. */
const SHOWN_FAULTS = 5;

/**
 * Precision and recall of each behaviour in simulated scenes: as many in which it occurs as in which it nearly does, with missed detections,
 * boxes that jitter and changes of ids. `npm run bench -- rule-scenes [--scenes 100]`, of each kind; the exit code is 1 when a bar is
 * missed.
 */
export async function run(args: string[]): Promise<void> {
  const { scenes } = numberOptions(args, { scenes: 100 });
  const scores = SCENE_NAMES.map((name) => scoreScenes(name, scenes));
  console.table(
    scores.map(({ behavior, scenes: played, events, precision, recall }) => ({
      behaviour: behavior,
      scenes: played,
      events,
      precision: precision.toFixed(3),
      recall: recall.toFixed(3),
    })),
  );
  for (const { behavior, faults } of scores) {
    for (const fault of faults.slice(0, SHOWN_FAULTS)) console.log(`${behavior}: ${fault}`);
  }
  const bars = scores.flatMap(({ behavior, precision, recall }) => [
    { name: `${behavior}, precision`, value: precision, atLeast: MIN_SCORE },
    { name: `${behavior}, recall`, value: recall, atLeast: MIN_SCORE },
  ]);
  if (!report('Simulated scenes', bars)) process.exitCode = 1;
  console.log(
    JSON.stringify({
      bench: 'rule-scenes',
      scores: scores.map(({ faults, ...score }) => ({ ...score, faults: faults.length })),
    }),
  );
}
