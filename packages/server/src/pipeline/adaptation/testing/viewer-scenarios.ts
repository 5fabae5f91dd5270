import { relativeJpegBytes } from '@lookout/protocol';
import { seededRandom } from '@lookout/vision/testing';
import { startViewer, stepViewer, type ViewerControllerState } from '../viewer-controller.js';
import { countTurns } from './publisher-scenarios.js';

/** A viewer's link and device. */
export interface ViewerWeather {
  bytesPerS: number;
  delayMs: number;
  jitterMs: number;
  /** Share of the frames delayed by the retransmission of a lost packet. */
  loss: number;
  /** Frames per second the device can draw. */
  drawFps: number;
}

export interface ViewerScenario {
  name: string;
  weather(second: number): ViewerWeather;
  from: number;
  steadyFrom: number;
  until?: number;
  restless?: true;
}

export interface ViewerVerdict {
  settledS: number;
  reversals: number | undefined;
  /** Used share of the link or the device, or of what is wanted if that is less. */
  use: number;
  recoveredS: number | undefined;
  /** Highest mean age of any second in the steady minute, ms. */
  ageMs: number;
}

const asked = { fps: 30, quality: 80 };
/** An annotated frame at quality 80. */
const fullBytes = 40_000;
const wantedBytesPerS = fullBytes * asked.fps;
/** Maximum unacknowledged frames of our own clients. */
const window = 2;

const until = 100;
const good: ViewerWeather = { bytesPerS: 3e6, delayMs: 20, jitterMs: 5, loss: 0, drawFps: 60 };
const during = (there: ViewerWeather, elsewhere: ViewerWeather) => (second: number) =>
  second >= 20 && second < until ? there : elsewhere;

export const viewerScenarios: readonly ViewerScenario[] = [
  { name: 'steady', weather: () => good, from: 0, steadyFrom: 35 },
  {
    name: 'the link falls to a tenth, and comes back',
    weather: during({ ...good, bytesPerS: 300e3 }, good),
    from: 20,
    steadyFrom: 35,
    until,
  },
  {
    name: 'the link widens three times',
    weather: (second) => ({ ...good, bytesPerS: second < 20 ? 250e3 : 750e3 }),
    from: 20,
    steadyFrom: 40,
  },
  {
    name: 'a link like a saw, from half of what is wanted to all of it in 40 s',
    weather: (second) => ({ ...good, bytesPerS: 600e3 + 15e3 * (second % 40) }),
    from: 0,
    steadyFrom: 40,
    restless: true,
  },
  {
    name: '5 % loss and 100 ms of jitter',
    weather: during({ ...good, jitterMs: 100, loss: 0.05 }, good),
    from: 20,
    steadyFrom: 35,
    until,
  },
  {
    name: 'something else takes the device’s processor',
    weather: during({ ...good, drawFps: 12 }, good),
    from: 20,
    steadyFrom: 35,
    until,
  },
  {
    name: '8 cameras share the link',
    weather: during({ ...good, bytesPerS: 3e6 / 9 }, good),
    from: 20,
    steadyFrom: 35,
    until,
  },
];

const relativeBytes = (quality: number) => relativeJpegBytes(quality / 100);

/**
 * Simulates a viewer with a window of two: frames are captured 30 times a second, the newest is sent when the window is open and
 * the rate has one due, and is acknowledged once drawn.
 */
export function judgeViewer(scenario: ViewerScenario, seed: number): ViewerVerdict {
  const random = seededRandom(seed);
  let state: ViewerControllerState = startViewer(asked);
  let linkFreeMs = 0;
  let drawFreeMs = 0;
  let dueMs = 0;
  const acknowledgements: number[] = [];
  const drawn: Array<{ atMs: number; ageMs: number; bytes: number }> = [];
  const seconds: Array<{
    state: ViewerControllerState;
    bytes: number;
    fps: number;
    ageMs: number;
    weather: ViewerWeather;
  }> = [];
  let offered = 0;
  let refused = 0;
  let waiting: number | undefined;
  for (let nowMs = 0; nowMs < 120_000; nowMs++) {
    const weather = scenario.weather(Math.floor(nowMs / 1000));
    while (acknowledgements[0] !== undefined && acknowledgements[0] <= nowMs) acknowledgements.shift();
    const periodMs = 1000 / state.fps;
    if (nowMs % 33 === 0 && nowMs >= dueMs - periodMs / 4) {
      dueMs = nowMs - dueMs < periodMs ? dueMs + periodMs : nowMs + periodMs;
      offered++;
      if (waiting !== undefined) refused++;
      waiting = nowMs;
    }
    if (waiting !== undefined && acknowledgements.length < window) {
      const bytes = fullBytes * relativeBytes(state.quality) * (0.95 + 0.1 * random());
      linkFreeMs = Math.max(nowMs, linkFreeMs) + (bytes / weather.bytesPerS) * 1000;
      const repeatMs = random() < weather.loss ? 2 * weather.delayMs + weather.jitterMs : 0;
      const hereMs = linkFreeMs + weather.delayMs + random() * weather.jitterMs + repeatMs;
      drawFreeMs = Math.max(hereMs, drawFreeMs) + 1000 / weather.drawFps;
      drawn.push({ atMs: drawFreeMs, ageMs: drawFreeMs - waiting, bytes });
      acknowledgements.push(drawFreeMs + weather.delayMs);
      waiting = undefined;
    }
    if (nowMs % 1000 === 999) {
      const second = drawn.filter(({ atMs }) => atMs > nowMs - 1000 && atMs <= nowMs);
      const ageMs = second.length ? second.reduce((sum, one) => sum + one.ageMs, 0) / second.length : 1000;
      const bytes = second.reduce((sum, one) => sum + one.bytes, 0);
      seconds.push({ state, bytes, fps: second.length, ageMs, weather });
      const report = { fps: second.length, latency: ageMs, queueSize: 0, refused: offered ? refused / offered : 0 };
      state = stepViewer(state, asked, report);
      offered = 0;
      refused = 0;
    }
  }
  // However wide the link, the window allows two frames per acknowledgement time.
  const windowFps = ({ bytesPerS, delayMs, jitterMs, loss, drawFps }: ViewerWeather) =>
    (window * 1000) /
    ((fullBytes / bytesPerS) * 1000 + 2 * delayMs + jitterMs / 2 + loss * (2 * delayMs + jitterMs) + 1000 / drawFps);
  const allowed = ({ weather }: (typeof seconds)[number]) =>
    Math.min(1, weather.bytesPerS / wantedBytesPerS, weather.drawFps / asked.fps, windowFps(weather) / asked.fps);
  // A slow device is fully used by what it draws, a slow link by what it carries.
  const used = ({ bytes, fps, weather }: (typeof seconds)[number]) =>
    weather.drawFps < asked.fps ? fps / asked.fps : bytes / wantedBytesPerS;
  const useOf = (part: typeof seconds) =>
    part.reduce((sum, one) => sum + used(one), 0) / part.reduce((sum, one) => sum + allowed(one), 0);
  const { from, steadyFrom } = scenario;
  const steady = seconds.slice(steadyFrom, steadyFrom + 60);
  let settledS = 0;
  while (settledS < 60 && (useOf(seconds.slice(from + settledS, from + settledS + 4)) < 0.75 || aged(from + settledS)))
    settledS++;
  function aged(second: number): boolean {
    return seconds.slice(second, second + 4).some(({ ageMs }) => ageMs > 500);
  }
  const less = seconds.findLastIndex((one) => one.state.fps < asked.fps || one.state.quality < asked.quality);
  return {
    settledS,
    reversals: scenario.restless
      ? undefined
      : countTurns(steady.map((one) => one.state.fps * relativeBytes(one.state.quality))),
    use: useOf(steady),
    recoveredS: scenario.until === undefined ? undefined : Math.max(0, less + 1 - scenario.until),
    ageMs: Math.max(...steady.map((one) => one.ageMs)),
  };
}
