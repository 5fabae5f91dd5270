import type { Box } from '@lookout/protocol';
import { iou } from '@lookout/vision';
import { TrackVerdict } from './track-verdict.js';

/** A place in a whole frame where a look found the phrase, or did not. */
export interface OpenFind {
  /** Pixels of the frame. */
  readonly bbox: Box;
  /** 0..1. */
  readonly confidence: number;
  readonly fires: boolean;
}

/** An object followed from look to look. Times are frame times, ms. */
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

/** Looks are seconds apart, so a moving object overlaps little. */
const SAME_IOU = 0.2;
/** Maximum objects of one phrase on one camera. */
const MAX_FOUND = 20;

/** Follows the finds of one phrase on one camera from look to look, by overlap alone. */
export class OpenFinds {
  #found: Followed[] = [];

  /** Objects present according to the newest looks. */
  get objects(): readonly FoundObject[] {
    return this.#found.filter(({ verdict }) => verdict.fulfils);
  }

  /** @param finds all finds of one look at the frame; objects not among them were not found */
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
