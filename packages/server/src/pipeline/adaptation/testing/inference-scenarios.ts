import { seededRandom } from '@lookout/vision/testing';
import { INFERENCE_START, type InferenceControllerState, stepInference } from '../inference-controller.js';
import { countTurns } from './publisher-scenarios.js';

/** Capacity of a machine and the load on it. */
export interface InferenceWeather {
  workers: number;
  /** One inference at the normal size, ms. */
  msAt416: number;
  /** Frames per second to analyse. */
  wanted: number;
}

export interface InferenceScenario {
  name: string;
  weather(second: number): InferenceWeather;
  /** Random variation of the wanted rate from second to second, as a share. */
  noise?: number;
  from: number;
  steadyFrom: number;
  until?: number;
  restless?: true;
}

export interface InferenceVerdict {
  /** Seconds until the final size. */
  settledS: number;
  reversals: number | undefined;
  /** Analysed frames, as a share of what the machine can analyse at the smallest size or of what is wanted. */
  use: number;
  /** Mean size, as a share of the largest one that serves the load. */
  sizeUse: number;
  recoveredS: number | undefined;
}

const until = 100;
const idle: InferenceWeather = { workers: 2, msAt416: 19, wanted: 30 };
const during = (there: InferenceWeather, elsewhere: InferenceWeather) => (second: number) =>
  second >= 20 && second < until ? there : elsewhere;

export const inferenceScenarios: readonly InferenceScenario[] = [
  { name: 'steady', weather: () => idle, from: 0, steadyFrom: 35 },
  {
    name: 'the machine gets ten times slower, and fast again',
    weather: during({ ...idle, msAt416: 190 }, idle),
    from: 20,
    steadyFrom: 35,
    until,
  },
  {
    name: 'a fifth more is wanted than there is',
    weather: (second) => ({ ...idle, wanted: second < 20 ? 30 : 130 }),
    from: 20,
    steadyFrom: 35,
  },
  {
    name: 'what is wanted goes up and down like a saw',
    weather: (second) => ({ ...idle, wanted: 30 + 4 * (second % 40) }),
    from: 0,
    steadyFrom: 40,
    restless: true,
  },
  {
    name: '5 % loss and 100 ms of jitter: frames come unevenly',
    weather: () => ({ ...idle, wanted: 90 }),
    noise: 0.15,
    from: 0,
    steadyFrom: 35,
  },
  {
    name: 'something else takes half of the processor',
    weather: during({ ...idle, msAt416: 38, wanted: 60 }, { ...idle, wanted: 60 }),
    from: 20,
    steadyFrom: 35,
    until,
  },
  {
    name: '8 cameras join',
    weather: during({ ...idle, wanted: 240 }, idle),
    from: 20,
    steadyFrom: 35,
    until,
  },
];

const capacityAt = ({ workers, msAt416 }: InferenceWeather, size: number) =>
  (workers * 1000) / (msAt416 * (size / 416) ** 2);

export function judgeInference(scenario: InferenceScenario, seed: number): InferenceVerdict {
  const random = seededRandom(seed);
  let state: InferenceControllerState = INFERENCE_START;
  const sizes: number[] = [];
  const served: number[] = [];
  const best: number[] = [];
  const ideal: number[] = [];
  for (let second = 0; second < 120; second++) {
    const weather = scenario.weather(second);
    const noise = 1 + (scenario.noise ?? 0.03) * (2 * random() - 1);
    const wanted = weather.wanted * noise;
    const capacity = capacityAt(weather, state.size) * (0.97 + 0.06 * random());
    const analysed = Math.min(wanted, capacity);
    served.push(analysed);
    best.push(Math.min(wanted, capacityAt(weather, 320)));
    const fitting = [320, 352, 384, 416].findLast((size) => capacityAt(weather, size) * 0.75 >= weather.wanted);
    ideal.push(fitting ?? 320);
    sizes.push(state.size);
    state = stepInference(state, {
      wanted,
      analysed,
      inferenceMs: weather.msAt416 * (state.size / 416) ** 2,
      utilisation: Math.min(1, analysed / capacity),
    });
  }
  const { from, steadyFrom } = scenario;
  const steady = { from: steadyFrom, to: steadyFrom + 60 };
  const sum = (values: number[]) => values.slice(steady.from, steady.to).reduce((total, value) => total + value, 0);
  const final = sizes[steadyFrom];
  const lastMove = sizes.slice(0, steadyFrom + 1).findLastIndex((size) => size !== final);
  const lastSmall = sizes.findLastIndex((size) => size < 416);
  return {
    settledS: Math.max(0, lastMove + 1 - from),
    reversals: scenario.restless ? undefined : countTurns(sizes.slice(steady.from, steady.to)),
    use: sum(served) / sum(best),
    sizeUse: sum(sizes) / sum(ideal),
    recoveredS: scenario.until === undefined ? undefined : Math.max(0, lastSmall + 1 - scenario.until),
  };
}
