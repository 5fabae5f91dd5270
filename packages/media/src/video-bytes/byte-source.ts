/** A video that we read, and not FFmpeg. */
export interface VideoBytes {
  bytes: ByteSource;
  /** file, http, https or hls. */
  transport: string;
  hls: HlsInfo | undefined;
  close(): void;
}

export interface HlsInfo {
  /** Whether it goes on without end. */
  readonly live: boolean;
  /** The longest that a segment may be, ms: about as long nothing may come of a live stream. */
  readonly targetMs: number;
}

/** Bytes of a video, read one piece after the other by one reader. */
export interface ByteSource {
  /** Where it can be moved about in: its length. */
  readonly size?: number;
  /**
   * @returns the next 1 to `max` bytes; undefined at the end.
   * @throws LookoutError when no more can be read; whatever the signal it was opened with was aborted with.
   */
  read(max: number): Promise<Buffer | undefined>;
  /** Where the next read begins. Only with `size`. */
  moveTo?(offset: number): void;
  /** Whether, behind the end that `read` came to, other video follows that has to be opened anew: `read` then goes on there. */
  readonly startsAnew?: boolean;
}
