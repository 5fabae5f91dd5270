import { falseAlarms, HELD_OUT, NOT_TOLD, PhraseTrial, TOLD, type TrialPhrase } from '@lookout/server/phrase-testing';
import { numberOptions, report } from '../lib/options.js';

/**
 * Calibration of phrases on the objects of 128 real images, embedded by two real but weak models that were joined for this: it measures the
 * calibration, not the model. `npm run bench -- phrases [--per-thousand 20]`; needs `../shared`. The exit code is 1 when the median of the
 * false alarms is not within a factor of two of the promise.
 */
export async function run(args: string[]): Promise<void> {
  const { 'per-thousand': perThousand } = numberOptions(args, { 'per-thousand': 20 });
  const trial = await PhraseTrial.open();
  try {
    const rows = [];
    for (const phrase of [...NOT_TOLD.map(([given]) => given), ...TOLD, ...HELD_OUT]) {
      rows.push({ ...(await told(trial, phrase, perThousand)), 'held out': HELD_OUT.includes(phrase) ? 'yes' : '' });
    }
    console.table(rows);
    const alarms = await falseAlarms(trial, perThousand);
    console.table(
      alarms.map(({ kind, promised, found }) => ({
        phrase: kind,
        'promised per 1000': promised.toFixed(1),
        'found per 1000': found.toFixed(1),
        'found / promised': (found / promised).toFixed(2),
      })),
    );
    const ratios = alarms.map(({ promised, found }) => found / promised).sort((a, b) => a - b);
    const holds = report(`False alarms, ${perThousand} per 1000 crops promised, on images not used for calibration`, [
      { name: 'median, times the promise', value: ratios[ratios.length >> 1] ?? 0, atLeast: 0.5, atMost: 2 },
      { name: 'maximum, times the promise', value: ratios.at(-1) ?? 0 },
      { name: 'phrases within 2×', value: ratios.filter((ratio) => ratio >= 0.5 && ratio <= 2).length },
      { name: 'phrases', value: ratios.length },
    ]);
    if (!holds) process.exitCode = 1;
    console.log(JSON.stringify({ bench: 'phrases', phrases: rows, alarms }));
  } finally {
    await trial.close();
  }
}

async function told(trial: PhraseTrial, phrase: TrialPhrase, perThousand: number) {
  const { state, threshold, reasons, found } = await trial.calibrate(phrase, 1, perThousand);
  return {
    phrase: phrase.polarity === 'absent' ? `no ${phrase.phrase}` : phrase.phrase,
    state,
    threshold: threshold?.toFixed(2) ?? '',
    'others found': found?.toFixed(2) ?? '',
    reasons: reasons.map(({ kind }) => kind).join(', '),
  };
}
