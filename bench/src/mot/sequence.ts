import type { Box } from '@lookout/protocol';

/** A box with an identity in one frame. */
export interface MotBox {
  id: number;
  bbox: Box;
}

/** Ground truth or tracker output: frame number (from 1) to its boxes. Ids are unique within a frame. */
export type MotFrames = ReadonlyMap<number, readonly MotBox[]>;

/** One frame ready for scoring: consecutive identities, and the similarity of each pair of boxes. */
export interface ScoredFrame {
  /** Index of the true object of each row, 0..truthCount − 1. */
  truth: Int32Array;
  /** Index of the track of each column, 0..trackCount − 1. */
  tracks: Int32Array;
  /** IoU, row-major truth × tracks, 0..1. */
  similarity: Float64Array;
}

/** A sequence ready for scoring by every metric. */
export interface ScoredSequence {
  frames: ScoredFrame[];
  truthCount: number;
  trackCount: number;
  /** Number of boxes over all frames. */
  truthBoxes: number;
  trackBoxes: number;
}

/** IoU of two `[x1, y1, x2, y2]` boxes, 0..1. @example boxIou([0, 0, 2, 2], [1, 0, 3, 2]) // 1/3 */
export function boxIou(a: Box, b: Box): number {
  const width = Math.min(a[2], b[2]) - Math.max(a[0], b[0]);
  const height = Math.min(a[3], b[3]) - Math.max(a[1], b[1]);
  if (width <= 0 || height <= 0) return 0;
  const intersection = width * height;
  return intersection / ((a[2] - a[0]) * (a[3] - a[1]) + (b[2] - b[0]) * (b[3] - b[1]) - intersection);
}

/**
 * Aligns truth and tracks frame by frame.
 * @throws RangeError when an id occurs twice in one frame or a box is not finite: such results can't be scored.
 */
export function scoreSequence(truth: MotFrames, tracks: MotFrames): ScoredSequence {
  const truthIndex = new Map<number, number>();
  const trackIndex = new Map<number, number>();
  const numbers = [...new Set([...truth.keys(), ...tracks.keys()])].sort((a, b) => a - b);
  const frames = numbers.map((number): ScoredFrame => {
    const rows = truth.get(number) ?? [];
    const columns = tracks.get(number) ?? [];
    return {
      truth: denseIds(rows, truthIndex, `ground truth, frame ${number}`),
      tracks: denseIds(columns, trackIndex, `tracks, frame ${number}`),
      similarity: Float64Array.from(rows.flatMap((row) => columns.map((column) => boxIou(row.bbox, column.bbox)))),
    };
  });
  return {
    frames,
    truthCount: truthIndex.size,
    trackCount: trackIndex.size,
    truthBoxes: frames.reduce((sum, frame) => sum + frame.truth.length, 0),
    trackBoxes: frames.reduce((sum, frame) => sum + frame.tracks.length, 0),
  };
}

function denseIds(boxes: readonly MotBox[], index: Map<number, number>, where: string): Int32Array {
  const ids = Int32Array.from(boxes, ({ id, bbox }) => {
    if (!bbox.every(Number.isFinite))
      throw new RangeError(`Expected finite boxes, got [${bbox}] for id ${id} in ${where}`);
    let dense = index.get(id);
    if (dense === undefined) {
      dense = index.size;
      index.set(id, dense);
    }
    return dense;
  });
  if (new Set(ids).size !== ids.length)
    throw new RangeError(`Expected each id once per frame, got one twice in ${where}`);
  return ids;
}
