import { describe, expect, it } from 'vitest';
import { startViewer, stepViewer, type ViewerControllerState } from './viewer-controller.js';

const asked = { fps: 30, quality: 80 };

/** A viewer behind a link of `kbps(second)` kilobytes a second; a frame at quality 80 is 40 KB. */
function simulate(seconds: number, kbps: (second: number) => number) {
  let state: ViewerControllerState = startViewer(asked);
  const history: ViewerControllerState[] = [];
  for (let second = 0; second < seconds; second++) {
    const frameKb = 40 * (state.quality / 80) ** 1.2;
    const possible = kbps(second) / frameKb;
    const fps = Math.min(state.fps, possible);
    // With one unanswered ping a saturated link shows about two frame times of age.
    const latency = possible < state.fps ? 2000 / possible + 100 : 1000 / possible + 20;
    state = stepViewer(state, asked, { fps, latency, queueSize: 0 });
    history.push(state);
  }
  return history;
}

describe('stepViewer', () => {
  it('leaves a viewer on a fast link alone', () => {
    expect(simulate(60, () => 10_000).every((state) => state.fps === 30 && state.quality === 80)).toBe(true);
  });

  it('lowers the quality first, then the rate, on a slow link', () => {
    const history = simulate(60, () => 100);
    expect(history.at(-1)?.quality).toBe(30);
    const firstFps = history.findIndex((state) => state.fps < 30);
    const firstQuality = history.findIndex((state) => state.quality < 80);
    expect(firstQuality).toBeLessThan(firstFps === -1 ? 1e9 : firstFps);
  });

  it('gives everything back when the link recovers', () => {
    const last = simulate(120, (second) => (second < 30 ? 60 : 10_000)).at(-1);
    expect(last).toMatchObject(asked);
  });

  it('never leaves the contract’s ranges, whatever a viewer reports', () => {
    let state = startViewer(asked);
    for (const latency of [600_000, 0, 600_000, 250, 120, 0, 600_000]) {
      for (let i = 0; i < 50; i++) state = stepViewer(state, asked, { fps: 0, latency, queueSize: 1e6 });
      expect(state.fps).toBeGreaterThanOrEqual(1);
      expect(state.fps).toBeLessThanOrEqual(30);
      expect(state.quality).toBeGreaterThanOrEqual(30);
      expect(state.quality).toBeLessThanOrEqual(80);
    }
  });
});
