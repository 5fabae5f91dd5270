/** Frames of a recording to be made into a video. Times are Unix epoch ms. */
export interface ClipJob {
  recording: string;
  fromMs: number;
  untilMs: number;
  /** The MP4 file to write. */
  path: string;
}

export type ToClipWorker = { type: 'make'; job: ClipJob } | { type: 'close' };

/** The worker's answer to a job: the size of the file, or why there is none. */
export type FromClipWorker = { bytes: number } | { error: { code: string; message: string } };
