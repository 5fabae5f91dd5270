import type { PublishControl, PublishState, PublishStats } from '../publish-types.js';

/**
 * How pictures come from a track to the worker:
 * `stream`: a MediaStreamTrackProcessor's frames, made on the page (Chromium) · `track`: the same, made in the worker (Safari) ·
 * `bitmap`: the page copies what its video element shows, the worker encodes (Firefox) · `jpeg`: the page encodes by a canvas.
 */
export type CaptureMethod = 'stream' | 'track' | 'bitmap' | 'jpeg';

/** What a worker of this browser can do. */
export interface WorkerAbilities {
  trackProcessor: boolean;
  encoder: boolean;
}

export interface CaptureStats extends PublishStats {
  capture: {
    method: CaptureMethod | undefined;
    /** Pictures the camera gave, over the last second. */
    fps: number;
    /** Of the last picture that was sent, pixels. */
    width: number;
    height: number;
    /** Time to draw and encode one, mean of the last ones, ms. */
    encodeMs: number;
  };
}

export interface StartMessage {
  type: 'start';
  baseUrl: string;
  token: string;
  options: { fps?: number; quality?: number; width?: number; firstFrameNumber?: number };
}

/** Where pictures come from now. `still`: the source gives a picture only when something changed. */
export type SourceMessage = { type: 'source'; still: boolean } & (
  | { method: 'stream'; readable: ReadableStream<VideoFrame> }
  | { method: 'track'; track: MediaStreamTrack }
  | { method: 'bitmap' | 'jpeg' }
  | { method: undefined }
);

/** Answers a `want`. Without a picture: there is no new one. */
export interface PictureMessage {
  type: 'picture';
  id: number;
  picture?: { at: number } & ({ bitmap: ImageBitmap } | { jpeg: ArrayBuffer; width: number; height: number });
}

export type ToWorker =
  | StartMessage
  | SourceMessage
  | PictureMessage
  | { type: 'pause' }
  | { type: 'resume' }
  | { type: 'close' };

export type FromWorker =
  | { type: 'abilities'; abilities: WorkerAbilities }
  | { type: 'state'; state: PublishState }
  | { type: 'control'; control: PublishControl }
  | { type: 'stats'; stats: CaptureStats }
  | { type: 'want'; id: number; quality: number; width?: number }
  | { type: 'problem'; message: string };
