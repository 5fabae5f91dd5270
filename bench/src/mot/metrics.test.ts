import type { Box } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { clearMetrics } from './clear-metrics.js';
import { HOTA_THRESHOLDS, hotaMetrics } from './hota-metrics.js';
import { identityMetrics } from './identity-metrics.js';
import { boxIou, type MotFrames, type ScoredSequence, scoreSequence } from './sequence.js';

const A: Box = [0, 0, 10, 10];
const B: Box = [100, 0, 110, 10];

describe('boxIou', () => {
  it('is the shared area over the joint area', () => {
    expect(boxIou([0, 0, 2, 2], [1, 0, 3, 2])).toBeCloseTo(2 / 6, 12);
    expect(boxIou(A, A)).toBe(1);
    expect(boxIou(A, B)).toBe(0);
    expect(boxIou([0, 0, 1, 1], [1, 0, 2, 1])).toBe(0);
    expect(boxIou([5, 5, 5, 5], [5, 5, 5, 5])).toBe(0);
  });
});

describe('scores of perfect, empty and invalid results', () => {
  const truth = frames(
    [
      [1, A],
      [2, B],
    ],
    [
      [1, A],
      [2, B],
    ],
  );

  it('are all 1 for the truth itself under other names', () => {
    const scores = all(
      scoreSequence(
        truth,
        frames(
          [
            [7, A],
            [9, B],
          ],
          [
            [7, A],
            [9, B],
          ],
        ),
      ),
    );
    expect(scores).toEqual({ mota: 1, idf1: 1, hota: 1, switches: 0 });
  });

  it('are all 0 where nothing was tracked', () => {
    expect(all(scoreSequence(truth, new Map()))).toEqual({ mota: 0, idf1: 0, hota: 0, switches: 0 });
  });

  it('do not exist for an id twice in a frame or a box that is not finite', () => {
    expect(() =>
      scoreSequence(
        truth,
        frames([
          [7, A],
          [7, B],
        ]),
      ),
    ).toThrow(/once per frame.*tracks, frame 1/);
    expect(() => scoreSequence(truth, frames([[7, [0, 0, Number.NaN, 1]]]))).toThrow(/finite/);
  });
});

describe('an identity that changes half way', () => {
  // One object, four frames, found exactly each time; tracks 1, 1, 2, 2.
  const sequence = scoreSequence(
    frames([[1, A]], [[1, A]], [[1, A]], [[1, A]]),
    frames([[1, A]], [[1, A]], [[2, A]], [[2, A]]),
  );

  it('MOTA: no miss, no false alarm, one switch among four boxes', () => {
    expect(clearMetrics(sequence)).toMatchObject({
      falseNegatives: 0,
      falsePositives: 0,
      identitySwitches: 1,
      stolenIdentities: 0,
      motp: 1,
    });
    expect(clearMetrics(sequence).mota).toBeCloseTo(1 - 1 / 4, 12);
  });

  it('IDF1: the object goes with one track, 2 frames of 4 on both sides', () => {
    // IDTP = 2, so 2·2 / (4 + 4).
    expect(identityMetrics(sequence)).toMatchObject({ idf1: 0.5, precision: 0.5, recall: 0.5, truePositives: 2 });
  });

  it('HOTA: √(1 · 1/2) at every threshold', () => {
    // DetA = 4 / 4. Each pair: TPA = 2, FNA = 4 − 2, FPA = 2 − 2, so A = 2 / 4; mean over the four matches 1/2.
    const { hota, detA, assA } = hotaMetrics(sequence);
    expect(detA).toBeCloseTo(1, 12);
    expect(assA).toBeCloseTo(0.5, 12);
    expect(hota).toBeCloseTo(Math.sqrt(0.5), 12);
  });
});

describe('an identity that another object had', () => {
  it('is stolen when it comes from another object, not when it comes back to its own', () => {
    // Object 1 is found as 5, then by the track of object 2, then as 5 again.
    const both: [number, Box][] = [
      [1, A],
      [2, B],
    ];
    const truth = frames(both, [[1, A]], [[1, A]]);
    const tracks = frames(
      [
        [5, A],
        [6, B],
      ],
      [[6, A]],
      [[5, A]],
    );
    expect(clearMetrics(scoreSequence(truth, tracks))).toMatchObject({ identitySwitches: 2, stolenIdentities: 1 });
  });
});

describe('misses and false alarms', () => {
  // Objects 1 and 2 in three frames (6 boxes). Track 5 follows object 1 in all three; object 2 is found in the first frame only,
  // as track 6; in frames 2 and 3 track 6 is somewhere else.
  const elsewhere: Box = [500, 500, 510, 510];
  const sequence = scoreSequence(
    frames(
      [
        [1, A],
        [2, B],
      ],
      [
        [1, A],
        [2, B],
      ],
      [
        [1, A],
        [2, B],
      ],
    ),
    frames(
      [
        [5, A],
        [6, B],
      ],
      [
        [5, A],
        [6, elsewhere],
      ],
      [
        [5, A],
        [6, elsewhere],
      ],
    ),
  );

  it('MOTA: 2 misses and 2 false alarms among 6 boxes', () => {
    expect(clearMetrics(sequence)).toMatchObject({ truePositives: 4, falseNegatives: 2, falsePositives: 2 });
    expect(clearMetrics(sequence).mota).toBeCloseTo(1 - 4 / 6, 12);
  });

  it('IDF1: 3 + 1 identity matches', () => {
    // 2·4 / (6 + 6).
    expect(identityMetrics(sequence).idf1).toBeCloseTo(8 / 12, 12);
  });

  it('HOTA: DetA 4/8, AssA (3·1 + 1·1/5) / 4', () => {
    // DetA = 4 / (4 + 2 + 2). Pair 1-5: 3 / 3. Pair 2-6: TPA 1, FNA 2, FPA 2, so 1/5. Weighed by matches: (3·1 + 1·0.2) / 4 = 0.8.
    const { hota, detA, assA } = hotaMetrics(sequence);
    expect(detA).toBeCloseTo(0.5, 12);
    expect(assA).toBeCloseTo(0.8, 12);
    expect(hota).toBeCloseTo(Math.sqrt(0.4), 12);
  });
});

describe('localisation', () => {
  // The track's box is the object's moved by a third of its width: IoU = (2/3) / (4/3) = 0.5, and by 2/3: (1/3) / (5/3) = 0.2.
  const wide: Box = [0, 0, 30, 10];

  it('at an IoU of 0.5 counts for CLEAR and identity, and at 10 of HOTA’s 19 thresholds', () => {
    const sequence = scoreSequence(frames([[1, wide]]), frames([[1, [10, 0, 40, 10]]]));
    expect(clearMetrics(sequence)).toMatchObject({ mota: 1, motp: 0.5 });
    expect(identityMetrics(sequence).idf1).toBe(1);
    // 0.05 … 0.50 hold, 0.55 … 0.95 do not.
    expect(hotaMetrics(sequence).hota).toBeCloseTo(10 / 19, 12);
  });

  it('at an IoU of 0.2 counts for neither, and at 4 of the thresholds', () => {
    const sequence = scoreSequence(frames([[1, wide]]), frames([[1, [20, 0, 50, 10]]]));
    // One miss and one false alarm on one box.
    expect(clearMetrics(sequence).mota).toBe(-1);
    expect(identityMetrics(sequence).idf1).toBe(0);
    expect(hotaMetrics(sequence).hota).toBeCloseTo(4 / 19, 12);
  });

  it('thresholds run from 0.05 to 0.95', () => {
    expect(HOTA_THRESHOLDS).toHaveLength(19);
    expect(HOTA_THRESHOLDS[0]).toBe(0.05);
    expect(HOTA_THRESHOLDS[18]).toBe(0.95);
  });
});

describe('conventions of CLEAR', () => {
  const near: Box = [1, 0, 11, 10];

  it('a pair that matched in the frame before is kept though another fits better', () => {
    // IoU of A and `near`: 9/11. Track 1 drifts to `near` while track 2 appears exactly on the object: a false alarm, no switch.
    const sequence = scoreSequence(
      frames([[1, A]], [[1, A]]),
      frames(
        [[1, A]],
        [
          [1, near],
          [2, A],
        ],
      ),
    );
    expect(clearMetrics(sequence)).toMatchObject({ identitySwitches: 0, falsePositives: 1, truePositives: 2 });
  });

  it('a new track after a gap is a switch, the old one is not', () => {
    const truth = frames([[1, A]], [[1, A]], [[1, A]]);
    const [first, other] = [frames([[1, A]], [], [[1, A]]), frames([[1, A]], [], [[2, A]])];
    expect(clearMetrics(scoreSequence(truth, first)).identitySwitches).toBe(0);
    expect(clearMetrics(scoreSequence(truth, other)).identitySwitches).toBe(1);
  });
});

describe('HOTA matching', () => {
  it('prefers the track that goes with the object over the whole sequence', () => {
    // In frame 3 track 2 lies nearer to the object than track 1, which had it twice before.
    const near: Box = [1, 0, 11, 10];
    const sequence = scoreSequence(
      frames([[1, A]], [[1, A]], [[1, A]]),
      frames(
        [[1, A]],
        [[1, A]],
        [
          [1, near],
          [2, A],
        ],
      ),
    );
    // Affinity of 1-1: together = 1 + 1 + s/(1 + …) with row sum 9/11 + 1: (9/11) / (20/11 + 9/11 − 9/11) = 0.45; 2.45 / (3 + 3 − 2.45) = 0.69.
    // Of 1-2: 1 / (20/11) = 0.55; 0.55 / (3 + 1 − 0.55) = 0.159. So 9/11 · 0.69 beats 1 · 0.159 and track 1 has all three frames where IoU
    // allows: at the 16 thresholds up to 0.80 (9/11 = 0.818): DetA = 3/4, AssA = 1. At 0.85, 0.90, 0.95: 2 matches, DetA = 2 / (3 + 4 − 2),
    // AssA = 2 / (3 + 3 − 2).
    const expected = (16 * Math.sqrt(3 / 4) + 3 * Math.sqrt((2 / 5) * (2 / 4))) / 19;
    expect(hotaMetrics(sequence).hota).toBeCloseTo(expected, 12);
  });
});

/** Frames from 1, each a list of [id, box]. */
function frames(...lists: [number, Box][][]): MotFrames {
  return new Map(lists.map((list, index) => [index + 1, list.map(([id, bbox]) => ({ id, bbox }))]));
}

function all(sequence: ScoredSequence) {
  const { mota, identitySwitches } = clearMetrics(sequence);
  return { mota, idf1: identityMetrics(sequence).idf1, hota: hotaMetrics(sequence).hota, switches: identitySwitches };
}
