import type { PublishControl, PublishState, PublishStats } from '../publish-types.js';

/**
 * How pictures get from a track to the worker: `stream`: a MediaStreamTrackProcessor's frames, created on the page (Chromium) · `track`:
 * the same, created in the worker (Safari) · `bitmap`: the page copies what its video element shows, the worker encodes (Firefox) · `jpeg`:
 * the page encodes with a canvas.
 */
export type CaptureMethod = 'stream' | 'track' | 'bitmap' | 'jpeg';

/** What a worker of this browser supports. */
export interface WorkerAbilities {
  trackProcessor: boolean;
  encoder: boolean;
}

export interface CaptureStats extends PublishStats {
  capture: {
    method: CaptureMethod | undefined;
    /** Pictures from the camera in the last second. */
    fps: number;
    /** Of the last picture that was sent, pixels. */
    width: number;
    height: number;
    /** Mean time to draw and encode recent pictures, ms. */
    encodeMs: number;
  };
}

export interface StartMessage {
  type: 'start';
  baseUrl: string;
  token: string;
  options: { fps?: number; quality?: number; width?: number; firstFrameNumber?: number };
}

/** Where pictures come from now. `still`: the source gives a picture only when something has changed. */
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
