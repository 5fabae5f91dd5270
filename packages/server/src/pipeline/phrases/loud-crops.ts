/** A crop that scored high although the phrase is assumed to be absent. */
export interface LoudCrop {
  readonly score: number;
  /** Unix epoch ms. */
  readonly timestamp: number;
  /** Track number; undefined: not from a track. */
  readonly track?: number | undefined;
  /** A small JPEG; undefined: not available. */
  readonly jpeg?: Uint8Array | undefined;
}

const MAX_CROPS = 6;
/** Larger JPEGs are not kept. */
const MAX_JPEG_BYTES = 16 * 1024;

/** The highest-scoring crops, one per track, shown with a refusal. */
export class LoudCrops {
  #crops: LoudCrop[];

  constructor(crops: readonly LoudCrop[] = []) {
    this.#crops = crops.slice(0, MAX_CROPS);
  }

  /** Highest first. */
  list(): readonly LoudCrop[] {
    return this.#crops;
  }

  /** Whether a crop would be kept. */
  wants(score: number, track: number | undefined): boolean {
    const same = this.#sameTrack(track);
    if (same) return score > same.score;
    return this.#crops.length < MAX_CROPS || score > this.#crops[MAX_CROPS - 1]!.score;
  }

  add(crop: LoudCrop): void {
    if (!this.wants(crop.score, crop.track)) return;
    const { jpeg } = crop;
    const kept = jpeg && jpeg.byteLength > MAX_JPEG_BYTES ? { ...crop, jpeg: undefined } : crop;
    const same = this.#sameTrack(crop.track);
    this.#crops = [...this.#crops.filter((each) => each !== same), kept]
      .sort((a, b) => b.score - a.score)
      .slice(0, MAX_CROPS);
  }

  #sameTrack(track: number | undefined): LoudCrop | undefined {
    return track === undefined ? undefined : this.#crops.find((each) => each.track === track);
  }
}
