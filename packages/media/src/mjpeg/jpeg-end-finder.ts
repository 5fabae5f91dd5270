import { MAX_STRAY_BYTES } from '../jpeg/jpeg-header.js';

/** The end has not come yet. */
export const NEED_MORE = -1;
/** The bytes are not a JPEG, or no longer one. */
export const LOST = -2;
/** A new picture began before this one ended. `nextIndex` is the byte after the new SOI. */
export const NESTED = -3;

enum State {
  SoiFf,
  SoiD8,
  MarkerFf,
  MarkerCode,
  LengthHigh,
  LengthLow,
  Segment,
  Scan,
  ScanFf,
}

/**
 * Finds the end of a JPEG as it arrives, by walking its segments (ITU-T T.81, annex B). So a picture is complete with its last byte,
 * whatever length the camera announced, and the EOI of an EXIF thumbnail does not end it. Nothing is decoded; entropy-coded data is
 * only searched for 0xFF.
 */
export class JpegEndFinder {
  #state = State.SoiFf;
  #marker = 0;
  #left = 0;
  #stray = 0;
  /** Nothing but the SOI has been seen. */
  #isFresh = true;
  /** After `NESTED`: the index after the new picture's SOI. */
  nextIndex = 0;

  reset(): void {
    this.#state = State.SoiFf;
    this.#stray = 0;
    this.#isFresh = true;
  }

  /** As `reset`, with the SOI (0xFF 0xD8) already seen. */
  resetAfterSoi(): void {
    this.#state = State.MarkerFf;
    this.#stray = 0;
    this.#isFresh = true;
  }

  /** @returns the index after the EOI, or `NEED_MORE`, `LOST` or `NESTED`. */
  push(bytes: Uint8Array): number {
    let at = 0;
    while (at < bytes.length) {
      switch (this.#state) {
        case State.Segment: {
          const step = Math.min(this.#left, bytes.length - at);
          at += step;
          this.#left -= step;
          if (this.#left === 0) this.#state = this.#marker === 0xda ? State.Scan : State.MarkerFf;
          break;
        }
        case State.Scan: {
          const found = bytes.indexOf(0xff, at);
          if (found < 0) return NEED_MORE;
          at = found + 1;
          this.#state = State.ScanFf;
          break;
        }
        default: {
          const outcome = this.#step(bytes[at++]!);
          if (outcome === 0) break;
          if (outcome === NESTED) this.nextIndex = at;
          return outcome > 0 ? at : outcome;
        }
      }
    }
    return NEED_MORE;
  }

  /** Reads one byte of a marker. @returns 0 to continue, 1 at the EOI, `LOST` or `NESTED`. */
  #step(byte: number): number {
    switch (this.#state) {
      case State.SoiFf:
        if (byte !== 0xff) return LOST;
        this.#state = State.SoiD8;
        return 0;
      case State.SoiD8:
        if (byte !== 0xd8) return LOST;
        this.#state = State.MarkerFf;
        return 0;
      case State.MarkerFf:
        if (byte === 0xff) this.#state = State.MarkerCode;
        else if (++this.#stray > MAX_STRAY_BYTES) return LOST;
        return 0;
      case State.MarkerCode:
        return this.#betweenSegments(byte);
      case State.ScanFf:
        return this.#insideScan(byte);
      case State.LengthHigh:
        this.#left = byte << 8;
        this.#state = State.LengthLow;
        return 0;
      default: {
        // The length includes its own two bytes.
        const length = this.#left + byte - 2;
        if (length < 0) return LOST;
        this.#left = length;
        if (length > 0) this.#state = State.Segment;
        else this.#state = this.#marker === 0xda ? State.Scan : State.MarkerFf;
        return 0;
      }
    }
  }

  #betweenSegments(code: number): number {
    if (code === 0xff) return 0;
    if (code === 0xd9) return 1;
    if (code === 0xd8) {
      // The SOI was written twice.
      if (!this.#isFresh || this.#stray > 0) return NESTED;
      this.#state = State.MarkerFf;
      return 0;
    }
    this.#isFresh = false;
    if (code <= 0x01 || (code >= 0xd0 && code <= 0xd7)) {
      this.#state = State.MarkerFf;
      return 0;
    }
    this.#marker = code;
    this.#state = State.LengthHigh;
    return 0;
  }

  #insideScan(code: number): number {
    if (code === 0xff) return 0;
    if (code === 0xd9) return 1;
    if (code === 0xd8) return NESTED;
    // Only tables, DNL and further scans may follow a scan; any other code is damaged data, and to read it as a segment
    // would skip the end of the picture.
    if (code === 0xc4 || (code >= 0xda && code <= 0xdd)) {
      this.#marker = code;
      this.#state = State.LengthHigh;
    } else this.#state = State.Scan;
    return 0;
  }
}
