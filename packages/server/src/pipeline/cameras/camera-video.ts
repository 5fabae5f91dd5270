import { DEFAULT_DEMAND, type EncodedReport, EncodedStream, type SourceDemand, type StreamInfo } from '@lookout/media';
import type { Camera as CameraView, VideoStats } from '@lookout/protocol';

/** Reports to measure the packet rate by: they come once a second. */
const RATE_REPORTS = 5;

/** The encoded side of a camera: its packets, what is wanted of its source, and the figures of both. */
export class CameraVideo {
  /** For players and recorders. It lasts as long as the camera, over reconnects; without a video codec, nothing ever comes. */
  readonly encoded: EncodedStream;
  readonly #now: () => number;
  #demand = DEFAULT_DEMAND;
  /** The last ones of the present connection. */
  #reports: { report: EncodedReport; atMs: number }[] = [];
  #counted = { packets: 0, undecoded: 0 };
  readonly #onTakers: () => void;
  #viewers = 0;

  /** @param onTakers takers or viewers have come or gone */
  constructor(now: () => number, onTakers: () => void) {
    this.#now = now;
    this.#onTakers = onTakers;
    this.encoded = new EncodedStream(undefined, onTakers);
  }

  /** Connections that play the camera's own video. */
  get viewerCount(): number {
    return this.#viewers;
  }

  /** @returns a function that ends it; to be called once */
  addViewer(): () => void {
    this.#viewers += 1;
    this.#onTakers();
    return () => {
      this.#viewers -= 1;
      this.#onTakers();
    };
  }

  get demand(): SourceDemand {
    return this.#demand;
  }

  /** @param framesFps decoded frames per second that somebody needs @returns whether the demand has changed */
  need(framesFps: number): boolean {
    const packets = this.encoded.takerCount > 0;
    const changed = framesFps !== this.#demand.framesFps || packets !== this.#demand.packets;
    // Packets stop coming, so what is kept would be the past for the next taker.
    if (this.#demand.packets && !packets) this.encoded.clear();
    if (changed) this.#demand = { framesFps, packets };
    return changed;
  }

  /**
   * The source has reported.
   * @returns `undecoded`: packets left out of decoding since the last report; `changed`: whether what viewers are told has changed
   */
  reported(report: EncodedReport): { undecoded: number; changed: boolean } {
    const before = this.#newest;
    // A new connection counts from 0.
    const counted = report.packets < this.#counted.packets ? 0 : this.#counted.undecoded;
    this.#counted = report;
    this.#reports.push({ report, atMs: this.#now() });
    if (this.#reports.length > RATE_REPORTS) this.#reports.shift();
    return { undecoded: report.undecoded - counted, changed: before?.overloaded !== report.overloaded };
  }

  /** The source is gone. */
  clear(): void {
    this.#reports = [];
    this.encoded.clear();
  }

  close(): void {
    this.encoded.close();
  }

  /** Packets per second; undefined if it is not known to have a video codec. */
  get fps(): number | undefined {
    const first = this.#reports[0];
    const last = this.#reports.at(-1);
    if (first === undefined || last === undefined) return undefined;
    if (first === last) return 0;
    const packets = last.report.packets - first.report.packets;
    return Math.round((packets * 10_000) / Math.max(1, last.atMs - first.atMs)) / 10;
  }

  /** Whether it has B-frames. Known a second after it has connected. */
  get reordered(): boolean {
    return this.#newest?.reordered === true || this.encoded.counts.reordered;
  }

  view({ codec, width, height, fps }: StreamInfo): CameraView['video'] {
    if (this.#newest === undefined) return undefined;
    return { codec, width, height, fps: fps ?? (this.fps || null) };
  }

  get warning(): string | undefined {
    if (!this.#newest?.overloaded) return undefined;
    return 'This machine can’t decode all of the camera’s video, so only its keyframes are analysed and shown.';
  }

  get stats(): VideoStats | undefined {
    const report = this.#newest;
    if (report === undefined) return undefined;
    const { packets, bytes, keyframes, group, groupKept, decoding, decoder, overloaded } = report;
    const { takers, skipped } = this.encoded.counts;
    return {
      packets,
      bytes,
      keyframes,
      group: group ? { packets: group.packets, bytes: group.bytes, duration_ms: Math.round(group.durationMs) } : null,
      group_kept: groupKept,
      decoding,
      decoder,
      overloaded,
      takers,
      skipped: skipped + report.skipped,
    };
  }

  get #newest(): EncodedReport | undefined {
    return this.#reports.at(-1)?.report;
  }
}
