import { type Frame, toEpochMs } from '@lookout/media';
import type { Detection, Stages, ViewedFrameMetadata } from '@lookout/protocol';
import { round } from '../analysis/detection-rules.js';
import type { PictureSet } from './picture-set.js';

/** A frame with what was found in it: what the live hub hands out. */
export interface AnalysedFrame {
  readonly frame: Frame;
  readonly pictures: PictureSet;
  /** Objects of confirmed tracks, at least as sure as the camera's threshold, by the score they are shown with. */
  readonly detections: Detection[];
  /** Those that are not confirmed yet too, for who asks for guesses; the same list where there are none. */
  readonly withGuesses: Detection[];
  readonly stages: Stages;
  readonly inferenceSize: number;
  /** When the result was ready, Unix epoch ms. */
  readonly processedMs: number;
  /** The messages for viewers by their detections, each made with the first of them. */
  described?: Map<readonly Detection[], string>;
}

/** Whether a model looked at the frame. Not where detection is off or failed: there is nothing to draw then, and nothing to report. */
export function wasAnalysed({ inferenceSize }: Pick<AnalysedFrame, 'inferenceSize'>): boolean {
  return inferenceSize > 0;
}

/** Whether a viewer asks for what is not confirmed yet. */
export interface GuessesQuery {
  guesses: '0' | '1';
}

/** What a viewer gets: the same list for all who ask alike, and with it the same pictures and messages. */
export function detectionsFor({ guesses }: GuessesQuery, analysed: AnalysedFrame): Detection[] {
  return guesses === '1' ? analysed.withGuesses : analysed.detections;
}

/** `describeFrame` of an analysed frame, shared by all its viewers who get these detections. */
export function describeOnce(analysed: AnalysedFrame, detections: Detection[]): string {
  analysed.described ??= new Map();
  let text = analysed.described.get(detections);
  if (text === undefined) {
    text = describeFrame(analysed.frame, analysed, { detections });
    analysed.described.set(detections, text);
  }
  return text;
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
    timestamp: Math.round(toEpochMs(frame.timestampMs)),
    width: frame.width,
    height: frame.height,
    format: 'jpeg',
    processing_time_ms: round(analysed ? analysed.processedMs - frame.receivedMs : 0),
    processed_at: Math.round(toEpochMs(analysed?.processedMs ?? frame.receivedMs)),
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
