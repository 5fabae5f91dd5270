/** Times of a media segment, from its `prft` box (ISO/IEC 14496-12 §8.16.5). */
export interface SegmentTimes {
  /** Presentation time, s. */
  ptsS: number;
  /** When its picture was taken, epoch ms. */
  capturedMs: number;
}

const PRFT = 0x70726674;
const PRFT_BYTES = 32;
/** From 1900, the epoch of NTP, to 1970. */
const NTP_EPOCH_S = 2_208_988_800;
const TICKS_PER_S = 90_000;
/** Of frames that are not shown yet. */
const MAX_KEPT = 1000;

/** Undefined for bytes that are no media segment: an initialisation segment. */
export function timesOf(segment: ArrayBuffer): SegmentTimes | undefined {
  if (segment.byteLength < PRFT_BYTES) return undefined;
  const view = new DataView(segment);
  if (view.getUint32(4) !== PRFT) return undefined;
  const seconds = view.getUint32(16) - NTP_EPOCH_S;
  return {
    ptsS: Number(view.getBigUint64(24)) / TICKS_PER_S,
    capturedMs: seconds * 1000 + (view.getUint32(20) / 2 ** 32) * 1000,
  };
}

/** When the frames of a stream were taken, by their presentation times. */
export class CaptureTimes {
  readonly #known: SegmentTimes[] = [];

  add(times: SegmentTimes): void {
    this.#known.push(times);
    if (this.#known.length > MAX_KEPT) this.#known.shift();
  }

  /** Of the frame nearest to a presentation time; undefined if none is known. */
  at(ptsS: number): number | undefined {
    let nearest: SegmentTimes | undefined;
    for (const each of this.#known)
      if (!nearest || Math.abs(each.ptsS - ptsS) < Math.abs(nearest.ptsS - ptsS)) nearest = each;
    return nearest?.capturedMs;
  }
}
