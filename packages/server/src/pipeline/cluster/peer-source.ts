import type { CameraSource, PassedEvents } from '../cameras/camera-options.js';
import type { ClockShift } from './clock-shift.js';
import { type FrameDemand, FrameReader, type FrameRequest, MAX_FRAME_BYTES } from './frame-message.js';
import { OwnerStream, type OwnerStreamOptions } from './owner-stream.js';

export interface PeerSourceOptions extends OwnerStreamOptions {
  readonly events: PassedEvents;
  readonly firstFrameNumber: number;
  now(): number;
}

/** The source of a camera that another node reads: one stream of its newest frames with their analyses, however many watch them here. */
export class PeerSource implements CameraSource {
  readonly #options: PeerSourceOptions;
  readonly #stream: OwnerStream;
  #wanted: FrameDemand = { analyses: 0, pictures: 0 };
  #next: number;

  constructor(options: PeerSourceOptions) {
    this.#options = options;
    this.#next = options.firstFrameNumber;
    this.#stream = new OwnerStream(options, {
      kind: 'frames',
      maxPayload: MAX_FRAME_BYTES,
      begin: (clock) => this.#begin(clock),
      onOpen: () => this.#say({ type: 'want', ...this.#wanted }),
    });
  }

  start(): void {
    this.#stream.start();
  }

  want(wanted: FrameDemand): void {
    const { analyses, pictures } = this.#wanted;
    if (analyses === wanted.analyses && pictures === wanted.pictures) return;
    this.#wanted = wanted;
    this.#say({ type: 'want', ...wanted });
  }

  async close(): Promise<void> {
    this.#stream.close();
  }

  #begin(clock: ClockShift): (message: Buffer) => void {
    const { events, now } = this.#options;
    const reader = new FrameReader(clock, now);
    // Numbers go on where those of the node before ended.
    let shift: number | undefined;
    return (message) => {
      const { frame, analysis } = reader.read(message);
      shift ??= this.#next - frame.number;
      const number = frame.number + shift;
      this.#next = Math.max(this.#next, number + 1);
      events.onPassed({ ...frame, number }, analysis);
      this.#say({ type: 'taken' });
    };
  }

  #say(request: FrameRequest): void {
    this.#stream.say(request);
  }
}
