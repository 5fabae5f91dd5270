import {
  inferenceScenarios,
  judgeInference,
  judgePublisher,
  judgeViewer,
  PUBLISHER_BARS,
  publisherScenarios,
  viewerScenarios,
} from '@lookout/server/adaptation-testing';
import { numberOptions } from '../lib/options.js';

interface Verdict {
  settledS: number;
  reversals: number | undefined;
  use: number;
  recoveredS: number | undefined;
}

interface Scenario {
  name: string;
  restless?: true;
}

interface Bars {
  settledS: number;
  reversals: number;
  use: number;
  recoveredS: number;
}

const BARS: Bars = { settledS: 5, reversals: 2, use: 0.8, recoveredS: 10 };

/** Runs the controllers in simulated scenarios and reports the worst figures of all seeds. Uses no real time and no network. */
export async function run(args: string[]): Promise<void> {
  const { seeds } = numberOptions(args, { seeds: 5 });
  const ok = [
    table('publisher', publisherScenarios, judgePublisher, seeds, ({ scarce }) => PUBLISHER_BARS[scarce]),
    table('inference', inferenceScenarios, judgeInference, seeds),
    table('viewer', viewerScenarios, judgeViewer, seeds),
  ];
  if (!ok.every(Boolean)) process.exitCode = 1;
}

function table<T extends Scenario>(
  name: string,
  scenarios: readonly T[],
  judge: (scenario: T, seed: number) => Verdict,
  seeds: number,
  barsOf: (scenario: T) => Bars = () => BARS,
): boolean {
  console.log(`\n${name.padEnd(72)}  settles    turns/min   uses     recovers   (worst of ${seeds} seeds, simulated)`);
  let all = true;
  for (const scenario of scenarios) {
    const verdicts = Array.from({ length: seeds }, (_, index) => judge(scenario, index + 1));
    const worst = {
      // A scenario that is never steady has no settling time.
      settledS: scenario.restless ? undefined : Math.max(...verdicts.map(({ settledS }) => settledS)),
      reversals: most(verdicts.map(({ reversals }) => reversals)),
      use: Math.min(...verdicts.map(({ use }) => use)),
      recoveredS: most(verdicts.map(({ recoveredS }) => recoveredS)),
    };
    const bars = barsOf(scenario);
    const holds =
      (worst.settledS ?? 0) <= bars.settledS &&
      (worst.reversals ?? 0) <= bars.reversals &&
      worst.use >= bars.use &&
      (worst.recoveredS ?? 0) <= bars.recoveredS;
    all &&= holds;
    const seconds = (value: number | undefined) => (value === undefined ? '–' : `${value} s`).padStart(8);
    const turns = String(worst.reversals ?? '–').padStart(10);
    const used = `${Math.round(worst.use * 100)} %`.padStart(8);
    const verdict = holds ? 'holds' : 'MISSED';
    console.log(
      `  ${scenario.name.padEnd(70)} ${seconds(worst.settledS)} ${turns} ${used} ${seconds(worst.recoveredS)}   ${verdict}`,
    );
  }
  return all;
}

function most(values: ReadonlyArray<number | undefined>): number | undefined {
  const known = values.filter((value) => value !== undefined);
  return known.length ? Math.max(...known) : undefined;
}
