/** A video that we read instead of FFmpeg. */
export interface VideoBytes {
  bytes: ByteSource;
  /** file, http, https or hls. */
  transport: string;
  hls: HlsInfo | undefined;
  close(): void;
}

export interface HlsInfo {
  /** Whether the stream is live, without an end. */
  readonly live: boolean;
  /** The longest that a segment may be, ms: a live stream may be silent for about as long. */
  readonly targetMs: number;
}

/** Bytes of a video, read in pieces by one reader. */
export interface ByteSource {
  /** Length, if it is seekable. */
  readonly size?: number;
  /**
   * @returns the next 1 to `max` bytes; undefined at the end.
   * @throws LookoutError when no more can be read; the reason of the signal that it was opened with.
   */
  read(max: number): Promise<Buffer | undefined>;
  /** Seeks: where the next read begins. Only with `size`. */
  moveTo?(offset: number): void;
  /** Whether, after the end that `read` reached, other video follows that must be opened anew: `read` then continues there. */
  readonly startsAnew?: boolean;
}
