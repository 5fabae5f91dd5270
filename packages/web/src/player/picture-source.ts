import type { WatchState, WatchStats } from '@lookout/client';
import type { ViewedFrameMetadata } from '@lookout/protocol';

/** A JPEG that has just arrived. */
export interface ArrivedPicture {
  readonly jpeg: Uint8Array<ArrayBuffer>;
  /** Undefined: only its bytes are known. */
  readonly meta: ViewedFrameMetadata | undefined;
  readonly networkMs: number;
  /** Its age now, ms: since it was taken, or since it arrived where nothing more is known. */
  ageMs(): number;
}

export interface PictureSourceEvents {
  /** When its promise settles, the picture counts as drawn. */
  onPicture(picture: ArrivedPicture): Promise<void>;
  onState(state: WatchState): void;
}

/** One way in which JPEGs of a camera reach the page. It connects again by itself until it is closed. */
export interface PictureSource {
  stats(): Pick<WatchStats, 'fps' | 'dropped' | 'jitterMs' | 'roundTripMs'>;
  close(): void;
}

/** Opens one. */
export type OpenPictures = (events: PictureSourceEvents) => PictureSource;

/** One picture is decoded while another waits for the screen. */
export const CONCURRENT_PICTURES = 2;

/** A broken JPEG only affects its own picture; the server counts it where it occurs. */
export const warnOfBrokenPicture = (error: unknown) => console.warn('A picture could not be drawn:', error);
