import { type Frame, toEpochMs } from '@lookout/media';
import type { Detection, DetectionsEvent, Stages, ViewedFrameMetadata } from '@lookout/protocol';
import { round, type ShownDetections } from '../analysis/detection-rules.js';
import type { PictureSet } from './picture-set.js';

/** A frame with its detections, as the live hub distributes it. If it was not analysed (`wasAnalysed`), its lists are empty. */
export interface AnalysedFrame extends Readonly<ShownDetections> {
  readonly frame: Frame;
  readonly pictures: PictureSet;
  readonly stages: Stages;
  readonly inferenceSize: number;
  /** When the result was ready, Unix epoch ms. */
  readonly processedMs: number;
  /** Messages for viewers by detection list, each created on first use. */
  described?: Map<readonly Detection[], string>;
}

/** What another node has found in a frame. */
export interface PassedAnalysis
  extends Pick<AnalysedFrame, 'detections' | 'withGuesses' | 'stages' | 'inferenceSize' | 'processedMs'> {
  /** Track ids of objects that warn now. */
  readonly alarmed: ReadonlySet<number>;
}

/** Whether a model analysed the frame. False if detection is off or failed: there is nothing to draw or report. */
export function wasAnalysed({ inferenceSize }: Pick<AnalysedFrame, 'inferenceSize'>): boolean {
  return inferenceSize > 0;
}

/** A frame without analysis, as viewers get it. */
export function withoutDetections(pictures: PictureSet, processedMs: number): AnalysedFrame {
  const { frame } = pictures;
  const receive = round(frame.receivedMs - frame.timestampMs);
  const stages = { receive, wait: 0, decode: 0, infer: 0, draw: 0, encode: 0 };
  const detections: Detection[] = [];
  const nothing = { detections, withGuesses: detections, objects: [], lives: [] };
  return { frame, pictures, ...nothing, stages, inferenceSize: 0, processedMs };
}

/** Whether a viewer requests unconfirmed objects. */
export interface GuessesQuery {
  guesses: '0' | '1';
}

/** The detections for a viewer: the same list for the same query, so that viewers share images and messages. */
export function detectionsFor({ guesses }: GuessesQuery, analysed: AnalysedFrame): Detection[] {
  return guesses === '1' ? analysed.withGuesses : analysed.detections;
}

/** What an analysed frame of a camera shows, for those who want no image. */
export function detectionsEvent(camera: string, query: GuessesQuery, analysed: AnalysedFrame): DetectionsEvent {
  const { frame, stages } = analysed;
  return {
    camera,
    frameNumber: frame.number,
    timestamp: Math.round(toEpochMs(frame.timestampMs)),
    width: frame.width,
    height: frame.height,
    inference_ms: stages.infer,
    detections: detectionsFor(query, analysed),
  };
}

/** `describeFrame` of an analysed frame, shared by all viewers with these detections. */
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
 * The text message of a frame for viewers, without the fields that depend on when and to whom it is sent. Created once per
 * frame; `addressed` adds the rest.
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

/** Adds the frame number for this viewer and the current age to the text of `describeFrame`. */
export function addressed(described: string, frame: Frame, frameNumber: number, nowMs: number): string {
  return `${described.slice(0, -1)},"frameNumber":${frameNumber},"age_ms":${round(nowMs - frame.timestampMs)}}`;
}
