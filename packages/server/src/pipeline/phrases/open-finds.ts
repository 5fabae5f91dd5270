import type { Box } from '@lookout/protocol';
import { iou } from '@lookout/vision';
import { TrackVerdict } from './track-verdict.js';

/** Something that a look at a whole frame found, or found missing, at a place. */
export interface OpenFind {
  /** Pixels of the frame. */
  readonly bbox: Box;
  /** 0..1. */
  readonly confidence: number;
  readonly fires: boolean;
}

/** What is found again and again. Times are those of frames, ms. */
export interface FoundObject {
  readonly id: number;
  readonly firstSeenMs: number;
  lastSeenMs: number;
  bbox: Box;
  confidence: number;
}

interface Followed extends FoundObject {
  readonly verdict: TrackVerdict;
}

/** Looks are seconds apart: what moves has little overlap left. */
const SAME_IOU = 0.2;
/** Of one phrase on one camera. */
const MAX_FOUND = 20;

/** Follows what is found by one phrase on one camera, from look to look, by overlap alone. */
export class OpenFinds {
  #found: Followed[] = [];

  /** What is there by the newest looks. */
  get objects(): readonly FoundObject[] {
    return this.#found.filter(({ verdict }) => verdict.fulfils);
  }

  /** @param finds of one look, all of the frame; what is not among them was not found */
  look(finds: readonly OpenFind[], atMs: number, nextId: () => number): void {
    const firing = finds.filter(({ fires }) => fires).sort((a, b) => b.confidence - a.confidence);
    const unmatched = new Set(this.#found);
    for (const { bbox, confidence } of firing) {
      const same = [...unmatched]
        .map((each) => ({ each, overlap: iou(each.bbox, bbox) }))
        .filter(({ overlap }) => overlap >= SAME_IOU)
        .sort((a, b) => b.overlap - a.overlap)[0]?.each;
      if (same) {
        unmatched.delete(same);
        Object.assign(same, { bbox, confidence, lastSeenMs: atMs });
        same.verdict.add(true, atMs);
      } else if (this.#found.length < MAX_FOUND) {
        const verdict = new TrackVerdict('present');
        verdict.add(true, atMs);
        this.#found.push({ id: nextId(), firstSeenMs: atMs, lastSeenMs: atMs, bbox, confidence, verdict });
      }
    }
    for (const each of unmatched) each.verdict.add(false, atMs);
    this.#found = this.#found.filter(({ verdict }) => verdict.fulfils);
  }
}
