import { covers } from './clip-archive.js';
import type { RecordedFrame } from './clip-file.js';
import { RecordingWriter, type RecordingWriterOptions } from './recording-writer.js';

/** How much of what happened before an event is recorded, ms. */
export const BEFORE_MS = 10_000;
/** How much of what happens after an event is recorded, ms. */
export const AFTER_MS = 10_000;
/** Longest recording, ms: of an event that goes on for longer, its beginning is kept. */
const MAX_RECORDING_MS = 60_000;

export interface ClipRecorderOptions extends Pick<RecordingWriterOptions, 'archive' | 'createFile'> {
  /** The last frames of a camera, from a time on, oldest first. */
  recent(camera: string, sinceMs: number): readonly RecordedFrame[];
  /** A recording could not be written; what was written of it is kept. */
  onFault(camera: string, error: unknown): void;
  onWritten(): void;
}

interface RunningRecording {
  readonly startMs: number;
  readonly writer: RecordingWriter;
  /** Its events that have not ended. */
  readonly events: Set<string>;
  /** When what its ended events need is recorded. */
  untilMs: number;
}

/**
 * Records what happens around events: 10 s before until 10 s after, at most a minute. Events of a camera at the same time share a
 * recording, so a storm of events takes no more space than one of them. Times are Unix epoch ms.
 */
export class ClipRecorder {
  readonly #options: ClipRecorderOptions;
  readonly #running = new Map<string, RunningRecording[]>();
  readonly #writing = new Set<Promise<void>>();

  constructor(options: ClipRecorderOptions) {
    this.#options = options;
  }

  /** An event was made at this frame. */
  fired(camera: string, event: string, timeMs: number): void {
    const running = this.#running.get(camera) ?? [];
    this.#running.set(camera, running);
    let recording = running.find(({ startMs }) => timeMs + AFTER_MS <= startMs + MAX_RECORDING_MS);
    if (!recording) {
      recording = this.#begin(camera, timeMs);
      running.push(recording);
    }
    recording.events.add(event);
    recording.untilMs = Math.max(recording.untilMs, timeMs + AFTER_MS);
  }

  /** An event ended at this frame. */
  ended(camera: string, event: string, timeMs: number): void {
    for (const recording of this.#running.get(camera) ?? []) {
      if (recording.events.delete(event)) recording.untilMs = Math.max(recording.untilMs, timeMs + AFTER_MS);
    }
  }

  /** A frame of a camera; some five a second are enough. */
  frame(camera: string, frame: RecordedFrame): void {
    for (const recording of this.#running.get(camera) ?? []) {
      const { startMs, untilMs, events, writer } = recording;
      const endMs = Math.min(startMs + MAX_RECORDING_MS, events.size > 0 ? Number.POSITIVE_INFINITY : untilMs);
      // A clock that was set back ends a recording too: its times would be out of order.
      if (frame.timestampMs > endMs || frame.timestampMs < startMs) this.#end(camera, recording);
      else writer.add(frame);
    }
  }

  /** Whether a time is being recorded. */
  isRecording(camera: string, timeMs: number): boolean {
    return (
      this.#running
        .get(camera)
        ?.some(({ startMs }) => covers({ startMs, endMs: startMs + MAX_RECORDING_MS }, timeMs)) ?? false
    );
  }

  /** No more frames of a camera come. */
  closed(camera: string): void {
    for (const recording of [...(this.#running.get(camera) ?? [])]) this.#end(camera, recording);
  }

  /** Ends all recordings. @returns once they are written */
  async close(): Promise<void> {
    for (const camera of [...this.#running.keys()]) this.closed(camera);
    await this.settled();
  }

  /** Resolves when recordings that have ended are written. */
  async settled(): Promise<void> {
    await Promise.all(this.#writing);
  }

  #begin(camera: string, timeMs: number): RunningRecording {
    const { archive, createFile, recent, onFault, onWritten } = this.#options;
    const writer = new RecordingWriter({ camera, archive, ...(createFile && { createFile }) });
    const before = recent(camera, timeMs - BEFORE_MS);
    for (const frame of before) writer.add(frame);
    const recording = { startMs: before[0]?.timestampMs ?? timeMs, writer, events: new Set<string>(), untilMs: timeMs };
    const writing = writer.done.then(onWritten, (error: unknown) => {
      this.#forget(camera, recording);
      onFault(camera, error);
    });
    this.#writing.add(writing);
    void writing.then(() => this.#writing.delete(writing));
    return recording;
  }

  #end(camera: string, recording: RunningRecording): void {
    this.#forget(camera, recording);
    recording.writer.end();
  }

  #forget(camera: string, recording: RunningRecording): void {
    const others = (this.#running.get(camera) ?? []).filter((one) => one !== recording);
    if (others.length > 0) this.#running.set(camera, others);
    else this.#running.delete(camera);
  }
}
