import { describe, expect, it } from 'vitest';
import { type LinkInput, type LinkState, stepLink, UNKNOWN_LINK } from './link-controller.js';

const WANTED_BYTES_PER_S = 1_200_000;
const FRAMES_PER_S = 20;

/** What a link shows that carries `bytesPerS` when `sent` is offered to it with a queue of `queueMs` on it. */
function arriving(sentBytesPerS: number, bytesPerS: number, queueMs: number): Partial<LinkInput> {
  const meanBytes = sentBytesPerS / FRAMES_PER_S;
  const transitMs = 20 + (meanBytes / bytesPerS) * 1000 + queueMs;
  const received = queueMs > 0 ? bytesPerS : sentBytesPerS;
  return { measure: { bytesPerS: received, meanBytes, transitMs, queueingMs: queueMs, width: 640 } };
}

/** Steps four times a second. */
function run(seconds: number, input: (second: number, link: LinkState) => Partial<LinkInput>, start = UNKNOWN_LINK) {
  let link = start;
  for (let i = 0; i < seconds * 4; i++) {
    link = stepLink(link, {
      nowMs: 1_000_000 + i * 250,
      measure: undefined,
      roundTripQueueMs: undefined,
      wantedBytesPerS: WANTED_BYTES_PER_S,
      ...input(i / 4, link),
    });
  }
  return link;
}

/** A link of 200 KB/s that had a queue for its first two seconds. */
const afterQueue = (bytesPerS: (second: number) => number) => (second: number, link: LinkState) =>
  arriving(Math.min(link.budgetBytesPerS, 210_000), bytesPerS(second), second < 2 ? 250 : 0);

describe('stepLink', () => {
  it('limits nothing while frames take no longer than usual, or none come', () => {
    expect(run(60, () => arriving(1_200_000, 5_000_000, 0))).toMatchObject({
      budgetBytesPerS: Number.POSITIVE_INFINITY,
    });
    expect(run(60, () => ({}))).toMatchObject({ budgetBytesPerS: Number.POSITIVE_INFINITY });
  });

  it('stays below what arrives while a queue lasts', () => {
    const link = run(2, (_, { budgetBytesPerS }) => arriving(Math.min(budgetBytesPerS, 300_000), 200_000, 300));
    expect(link.budgetBytesPerS).toBe(160_000);
    expect(link.drainShare).toBeCloseTo(0.8);
  });

  it('sends much less while a long queue drains, and its whole budget afterwards', () => {
    const queueMs = (second: number) => (second < 4 ? 3000 : 0);
    const at = (seconds: number) => run(seconds, (second) => arriving(160_000, 200_000, queueMs(second)));
    expect(at(4)).toMatchObject({ drainShare: 0.1, budgetBytesPerS: 160_000 });
    expect(at(5)).toMatchObject({ drainShare: 1, budgetBytesPerS: 160_000 });
  });

  it('comes back slowly to where the queue formed, and faster beyond it', () => {
    const at = (seconds: number) =>
      run(
        seconds,
        afterQueue(() => 200_000),
      ).budgetBytesPerS;
    expect(at(20)).toBeGreaterThan(165_000);
    expect(at(20)).toBeLessThan(200_000);
    expect(at(50) / at(45)).toBeGreaterThan(1.2);
  });

  it('sees by the time frames take that the link has become wider', () => {
    const link = run(
      20,
      afterQueue((second) => (second < 10 ? 200_000 : 600_000)),
    );
    expect(link.budgetBytesPerS).toBeGreaterThan(400_000);
    expect(link.budgetBytesPerS).toBeLessThan(600_000);
  });

  it('drops a limit that everything wanted fits in', () => {
    const link = run(
      30,
      afterQueue((second) => (second < 10 ? 200_000 : 6_000_000)),
    );
    expect(link).toMatchObject({ budgetBytesPerS: Number.POSITIVE_INFINITY, capacityBytesPerS: undefined });
  });

  it('sees that too where it happened while the queue drained', () => {
    const input = (second: number, link: LinkState): Partial<LinkInput> =>
      second < 2 ? arriving(210_000, 200_000, 250) : arriving(link.budgetBytesPerS, 600_000, 0);
    expect(run(12, input).budgetBytesPerS).toBeGreaterThan(400_000);
  });

  it('does not grow over a silence', () => {
    const before = run(
      12,
      afterQueue(() => 200_000),
    );
    const later = { nowMs: 1_600_000, roundTripQueueMs: undefined, wantedBytesPerS: WANTED_BYTES_PER_S };
    const silent = stepLink(before, { ...later, measure: undefined });
    expect(silent.budgetBytesPerS).toBe(before.budgetBytesPerS);
  });

  it('takes a delay that the round trip does not show for a clock that was set', () => {
    const jump = arriving(1_200_000, 5_000_000, 900);
    expect(run(20, () => ({ ...jump, roundTripQueueMs: 12 }))).toEqual(
      expect.objectContaining({ capacityBytesPerS: undefined }),
    );
    expect(run(20, () => ({ ...jump, roundTripQueueMs: 850 })).capacityBytesPerS).toBeDefined();
  });
});
