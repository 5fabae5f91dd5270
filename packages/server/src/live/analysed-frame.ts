import type { Frame } from '@lookout/media';
import type { Detection, Stages, ViewedFrameMetadata } from '@lookout/protocol';
import type { PictureSet } from './picture-set.js';

/** A frame with what was found in it: what the live hub hands out. */
export interface AnalysedFrame {
  readonly frame: Frame;
  readonly pictures: PictureSet;
  /** Tracked, and at least as sure as the camera's threshold. */
  readonly detections: Detection[];
  readonly stages: Stages;
  readonly inferenceSize: number;
  /** When the result was ready, Unix epoch ms. */
  readonly processedMs: number;
  /** The message for viewers, made with the first of them. */
  described?: string;
}

/** `describeFrame` of an analysed frame, shared by all its viewers. */
export function describeOnce(analysed: AnalysedFrame): string {
  analysed.described ??= describeFrame(analysed.frame, analysed);
  return analysed.described;
}

/**
 * The text message of a frame for viewers, but for the fields that depend on when and to whom it is sent: made once per frame,
 * completed by `addressed`.
 */
export function describeFrame(
  frame: Frame,
  analysed: AnalysedFrame | undefined,
  extra: Partial<ViewedFrameMetadata> = {},
): string {
  const metadata: Omit<ViewedFrameMetadata, 'age_ms' | 'frameNumber'> = {
    type: 'frame_metadata',
    timestamp: Math.round(frame.timestampMs),
    width: frame.width,
    height: frame.height,
    format: 'jpeg',
    processing_time_ms: round(analysed ? analysed.processedMs - frame.receivedMs : 0),
    processed_at: Math.round(analysed?.processedMs ?? frame.receivedMs),
    inference_size: analysed?.inferenceSize ?? 0,
    stages_ms: analysed?.stages ?? {
      receive: round(frame.receivedMs - frame.timestampMs),
      wait: 0,
      decode: 0,
      infer: 0,
      draw: 0,
      encode: 0,
    },
    detections: analysed?.detections ?? [],
    ...extra,
  };
  return JSON.stringify(metadata);
}

/** Completes the text of `describeFrame` with the frame's number for this viewer and its age now. */
export function addressed(described: string, frame: Frame, frameNumber: number, nowMs: number): string {
  return `${described.slice(0, -1)},"frameNumber":${frameNumber},"age_ms":${round(nowMs - frame.timestampMs)}}`;
}

export function round(value: number): number {
  return Math.round(value * 10) / 10;
}
