import { LookoutError } from '@lookout/protocol';
import type { ClipArchive } from './clip-archive.js';
import { ClipFileWriter, type RecordedFrame, recordedBytes } from './clip-file.js';

export interface RecordingWriterOptions {
  camera: string;
  archive: Pick<ClipArchive, 'begin' | 'reserve' | 'grew' | 'finish'>;
  createFile?(path: string): Promise<Pick<ClipFileWriter, 'append' | 'close'>>;
}

/** Frames waiting for the disk; a disk that is slower loses frames. As many as are recorded in 20 s. */
const MAX_WAITING_FRAMES = 100;

/** Writes one recording in the background. */
export class RecordingWriter {
  /** Resolves when all is written, or rejects if it failed; what was written until then is kept. */
  readonly done: Promise<void>;
  readonly #options: RecordingWriterOptions;
  #waiting: RecordedFrame[] = [];
  #isEnding = false;
  #wake: () => void = () => undefined;

  constructor(options: RecordingWriterOptions) {
    this.#options = options;
    this.done = this.#run();
  }

  add(frame: RecordedFrame): void {
    if (this.#isEnding || this.#waiting.length >= MAX_WAITING_FRAMES) return;
    this.#waiting.push(frame);
    this.#wake();
  }

  /** No more frames follow. */
  end(): void {
    this.#isEnding = true;
    this.#wake();
  }

  async #run(): Promise<void> {
    const { camera, archive, createFile = ClipFileWriter.create } = this.#options;
    const first = await this.#next();
    const startMs = first[0]?.timestampMs;
    if (startMs === undefined) return;
    const recording = await archive.begin(camera, startMs);
    try {
      const file = await createFile(recording.path);
      try {
        for (let frames = first; frames.length > 0; frames = await this.#next()) {
          const bytes = frames.reduce((sum, { jpeg }) => sum + recordedBytes(jpeg), 0);
          if (!(await archive.reserve(recording, bytes))) throw noSpace();
          await file.append(frames);
          archive.grew(recording, frames.at(-1)?.timestampMs ?? startMs);
        }
      } finally {
        this.#isEnding = true;
        await file.close();
      }
    } finally {
      await archive.finish(recording);
    }
  }

  /** The frames that wait, or the next one; none at the end. */
  async #next(): Promise<RecordedFrame[]> {
    if (this.#waiting.length === 0 && !this.#isEnding) {
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    }
    const frames = this.#waiting;
    this.#waiting = [];
    return frames;
  }
}

function noSpace(): LookoutError {
  return new LookoutError('storage_failed', 'Events that are to be kept fill the space for clips', {
    hint: 'Keep fewer events, or raise events.max_bytes.',
  });
}
