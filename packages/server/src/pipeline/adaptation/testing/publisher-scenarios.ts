import {
  isFull,
  type PublisherSecond,
  type PublisherWorld,
  simulatePublisher,
  wantedBytesPerS,
} from './publisher-simulation.js';
import type { UplinkWeather } from './simulated-uplink.js';

/** A simulated world and its timeline. Times in seconds. */
export interface PublisherScenario {
  name: string;
  world: Omit<PublisherWorld, 'seed'>;
  /** The scarce resource: the link or the workers' time. */
  scarce: 'link' | 'workers';
  /** When the constraint begins. */
  from: number;
  /** Start of a minute without changes, after everything has settled. */
  steadyFrom: number;
  /** When the constraint ends. */
  until?: number;
  /** The world keeps changing, so that there is no steady state. */
  restless?: true;
}

export interface PublisherVerdict {
  /** Seconds from the constraint to fresh frames that use it well. */
  settledS: number;
  /** Changes of direction in the steady minute; undefined without a steady state. */
  reversals: number | undefined;
  /** Share of the available capacity used in that minute. */
  use: number;
  /** Seconds from the end of the constraint to full settings; undefined if it does not end. */
  recoveredS: number | undefined;
  /** Worst 95th percentile of the age at arrival of any second in the steady minute, ms. */
  ageMs: number;
}

/** Maximum for each figure; minimum for `use`. */
export interface PublisherBars {
  settledS: number;
  reversals: number;
  use: number;
  recoveredS: number;
  ageMs: number;
}

/** A link's capacity is found by trial, so it is used less fully and less steadily than the workers, whose time is measured. */
export const PUBLISHER_BARS: Readonly<Record<PublisherScenario['scarce'], PublisherBars>> = {
  link: { settledS: 10, reversals: 4, use: 0.6, recoveredS: 20, ageMs: 1000 },
  workers: { settledS: 5, reversals: 2, use: 0.8, recoveredS: 10, ageMs: 1000 },
};

const lan: UplinkWeather = { bytesPerS: 12.5e6, delayMs: 3, jitterMs: 3, loss: 0 };
const good: UplinkWeather = { bytesPerS: 3e6, delayMs: 20, jitterMs: 10, loss: 0.002 };
const narrow: UplinkWeather = { ...good, bytesPerS: 150e3 };
const plenty = () => 100;
const thirty = () => 30;
const free = { capacityFps: plenty, analysesFps: thirty };

/** `there` from `from` until `until` (s), `elsewhere` otherwise. */
function during<T>(from: number, until: number, there: T, elsewhere: T): (nowMs: number) => T {
  return (nowMs) => (nowMs >= from * 1000 && nowMs < until * 1000 ? there : elsewhere);
}

const steadyFrom = 35;
const until = 100;
const seconds = 120;

export const publisherScenarios: readonly PublisherScenario[] = [
  {
    name: 'steady, a local network',
    world: { seconds, weather: () => lan, ...free },
    scarce: 'link',
    from: 0,
    steadyFrom,
  },
  {
    name: 'steady, a link of an eighth of what is wanted',
    world: { seconds, weather: () => narrow, ...free },
    scarce: 'link',
    from: 0,
    steadyFrom,
  },
  {
    name: 'the link falls to a tenth, and comes back',
    world: { seconds, weather: during(20, until, narrow, { ...good, bytesPerS: 1.5e6 }), ...free },
    scarce: 'link',
    from: 20,
    steadyFrom,
    until,
  },
  {
    name: 'the link becomes slow and long, and the sender buffers seconds',
    world: {
      seconds,
      weather: during(20, until, { bytesPerS: 250e3, delayMs: 80, jitterMs: 10, loss: 0.02 }, lan),
      sendBufferBytes: 1_500_000,
      ...free,
    },
    scarce: 'link',
    from: 20,
    steadyFrom,
    until,
  },
  {
    name: 'the link widens three times',
    world: {
      seconds,
      weather: during(20, seconds, { ...good, bytesPerS: 600e3 }, { ...good, bytesPerS: 200e3 }),
      ...free,
    },
    scarce: 'link',
    from: 20,
    steadyFrom: 50,
  },
  {
    name: 'a link like a saw, from half of what is wanted to all of it in 40 s',
    world: {
      seconds,
      weather: (nowMs) => ({ ...good, bytesPerS: 600e3 + 15e3 * ((nowMs / 1000) % 40) }),
      ...free,
    },
    scarce: 'link',
    from: 0,
    steadyFrom: 40,
    restless: true,
  },
  {
    name: '5 % loss and 100 ms of jitter',
    world: { seconds, weather: during(20, until, { ...good, jitterMs: 100, loss: 0.05 }, good), ...free },
    scarce: 'link',
    from: 20,
    steadyFrom,
    until,
  },
  {
    name: 'something else takes the processor',
    world: { seconds, weather: () => lan, capacityFps: during(20, until, 14, 60), analysesFps: thirty },
    scarce: 'workers',
    from: 20,
    steadyFrom,
    until,
  },
  {
    name: '8 cameras join',
    world: { seconds, weather: () => lan, capacityFps: during(20, until, 100 / 9, 100), analysesFps: thirty },
    scarce: 'workers',
    from: 20,
    steadyFrom,
    until,
  },
];

const STEADY_S = 60;
/** Settled: this share of the capacity is used, for this many seconds. */
const WELL_USED_SHARE = 0.75;
const STAYS_S = 4;
/** Fresh: maximum 95th percentile of the age at arrival, ms. */
const FRESH_MS = 500;
/** Smaller changes follow the image content and don't count as changes of direction. */
const MIN_TURN_SHARE = 0.06;

export function judgePublisher(scenario: PublisherScenario, seed: number): PublisherVerdict {
  const run = simulatePublisher({ ...scenario.world, seed });
  const used = (second: PublisherSecond) => (scenario.scarce === 'link' ? second.receivedBytesPerS : second.analysed);
  const allowed = (second: PublisherSecond) =>
    scenario.scarce === 'link' ? Math.min(second.linkBytesPerS, wantedBytesPerS) : Math.min(second.capacityFps, 30);
  const useOf = (part: readonly PublisherSecond[]) =>
    part.reduce((sum, one) => sum + used(one), 0) / part.reduce((sum, one) => sum + allowed(one), 0);
  const { from } = scenario;
  const steady = run.seconds.slice(scenario.steadyFrom, scenario.steadyFrom + STEADY_S);
  const settles = (i: number) => {
    const part = run.seconds.slice(i, i + STAYS_S);
    return useOf(part) >= WELL_USED_SHARE && part.every(({ ageP95Ms }) => ageP95Ms <= FRESH_MS);
  };
  let settledS = 0;
  while (settledS < STEADY_S && !settles(from + settledS)) settledS++;
  const last = run.seconds.findLastIndex(({ control }) => !isFull(control));
  return {
    settledS,
    reversals: scenario.restless ? undefined : countTurns(steady.map(({ askedBytesPerS }) => askedBytesPerS)),
    use: useOf(steady),
    recoveredS: scenario.until === undefined ? undefined : Math.max(0, last + 1 - scenario.until),
    ageMs: Math.max(...steady.map(({ ageP95Ms }) => ageP95Ms)),
  };
}

/** How often a series changes direction, ignoring turns smaller than `MIN_TURN_SHARE`. */
export function countTurns(values: readonly number[]): number {
  let turns = 0;
  let direction = 0;
  let extreme = values[0] ?? 0;
  for (const value of values) {
    const change = extreme === 0 ? 0 : value / extreme - 1;
    if (direction !== 0 && Math.sign(change) === direction) extreme = value;
    else if (Math.abs(change) >= MIN_TURN_SHARE) {
      if (direction !== 0) turns++;
      direction = Math.sign(change);
      extreme = value;
    }
  }
  return turns;
}
