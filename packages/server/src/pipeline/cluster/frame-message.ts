import type { Frame, JpegFrame } from '@lookout/media';
import type { Detection, Stages } from '@lookout/protocol';
import { z } from 'zod';
import type { AnalysedFrame, PassedAnalysis } from '../live/analysed-frame.js';
import type { ClockShift } from './clock-shift.js';
import { packParts, partsOf } from './message-parts.js';

/** Largest frame with its analysis that a node takes from another, bytes. */
export const MAX_FRAME_BYTES = 32 * 1024 * 1024;

/** What a node wants of the owner of a camera, frames per second; 0: none. */
export const FrameDemand = z.strictObject({
  /** Analysed ones. */
  analyses: z.number().min(0).max(1000),
  /** Whether analysed or not. */
  pictures: z.number().min(0).max(1000),
});
export type FrameDemand = z.infer<typeof FrameDemand>;

/** What a node says to the owner: it has taken a frame, or wants others. */
export const FrameRequest = z.union([
  z.strictObject({ type: z.literal('taken') }),
  z.strictObject({ type: z.literal('want'), ...FrameDemand.shape }),
]);
export type FrameRequest = z.infer<typeof FrameRequest>;

/** Before the JPEG in each message. Times by the clock of the node that sends it. */
interface Header {
  sentMs: number;
  number: number;
  publishedNumber: number;
  timestampMs: number;
  receivedMs: number;
  width: number;
  height: number;
  analysis?: {
    detections: readonly Detection[];
    /** Absent: the same. */
    withGuesses?: readonly Detection[];
    stages: Stages;
    inferenceSize: number;
    processedMs: number;
    alarmed: number[];
  };
}

/** A frame that another node has read, by the clock of this one. */
export interface PassedFrame {
  /** Numbered by the sender. */
  readonly frame: JpegFrame;
  /** undefined: it is not analysed, or not yet. */
  readonly analysis: PassedAnalysis | undefined;
}

/** @param analysed undefined: it is not analysed, or not yet @param jpeg the original image */
export function packFrame(frame: Frame, analysed: AnalysedFrame | undefined, jpeg: Uint8Array, sentMs: number): Buffer {
  const { number, publishedNumber = number, timestampMs, receivedMs, width, height } = frame;
  const header: Header = { sentMs, number, publishedNumber, timestampMs, receivedMs, width, height };
  if (analysed) {
    const { detections, withGuesses, stages, inferenceSize, processedMs, pictures } = analysed;
    header.analysis = {
      ...{ detections, stages, inferenceSize, processedMs },
      ...(withGuesses !== detections && { withGuesses }),
      alarmed: [...(pictures.options.alarmed?.() ?? [])],
    };
  }
  return packParts(header, jpeg);
}

/** Reads the messages of one connection, in order. Throws whatever JSON does: nodes of one version understand each other. */
export class FrameReader {
  readonly #clock: ClockShift;
  readonly #now: () => number;
  /** Of the first message: what an object's own times are moved by, so that they do not change from frame to frame. */
  #firstShiftMs: number | undefined;
  #lastMs = Number.NEGATIVE_INFINITY;

  /** @param clock of the node that sends them @param now see `nowMs` */
  constructor(clock: ClockShift, now: () => number) {
    this.#clock = clock;
    this.#now = now;
  }

  read(message: Buffer): PassedFrame {
    const nowMs = this.#now();
    const { header, bytes: jpeg } = partsOf<Header>(message);
    const { sentMs, number, publishedNumber, width, height, analysis } = header;
    const shiftMs = this.#clock.measured(nowMs - sentMs, nowMs);
    this.#firstShiftMs ??= shiftMs;
    const here = (timeMs: number) => Math.min(timeMs + shiftMs, nowMs);
    // An analysed frame may come after later ones that are not.
    const timestampMs = analysis ? here(header.timestampMs) : Math.max(here(header.timestampMs), this.#lastMs);
    this.#lastMs = Math.max(timestampMs, this.#lastMs);
    const receivedMs = Math.max(here(header.receivedMs), timestampMs);
    const frame: JpegFrame = {
      ...{ kind: 'jpeg', number, publishedNumber, timestampMs, receivedMs, width, height, jpeg },
    };
    return { frame, analysis: analysis && this.#analysis(analysis, here(analysis.processedMs)) };
  }

  #analysis(given: NonNullable<Header['analysis']>, processedMs: number): PassedAnalysis {
    const { stages, inferenceSize, alarmed } = given;
    const detections = this.#moved(given.detections);
    const withGuesses = given.withGuesses ? this.#moved(given.withGuesses) : detections;
    return { detections, withGuesses, stages, inferenceSize, processedMs, alarmed: new Set(alarmed) };
  }

  #moved(detections: readonly Detection[]): Detection[] {
    const byMs = Math.round(this.#firstShiftMs ?? 0);
    return detections.map((one) => (one.since === undefined ? one : { ...one, since: one.since + byMs }));
  }
}
