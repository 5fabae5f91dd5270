import { LookoutError, type NewSession } from '@lookout/protocol';
import type { DetectionService } from '../../pipeline/sessions/detection-service.js';
import {
  type DetectionSession,
  type FrameAnswer,
  type SentFrame,
  seconds,
} from '../../pipeline/sessions/detection-session.js';
import { EventStream } from './event-stream.js';

/** REST sessions: frames arrive one per request, answers are sent as server-sent events. */
export class RestSessions {
  readonly #service: DetectionService;
  readonly #now: () => number;
  readonly #streams = new Map<string, EventStream>();

  constructor(service: DetectionService, now: () => number) {
    this.#service = service;
    this.#now = now;
  }

  /** @throws LookoutError `too_many_requests`, or why the model can't be used; ZodError */
  async open(address: string, change: NewSession): Promise<DetectionSession> {
    await this.#service.prepare(address, change);
    const stream = new EventStream({ now: this.#now });
    const session = this.#service.open('sse', address, change, {
      onNotice: (notice) => stream.publish(notice),
      onEnd: (reason) => {
        this.#streams.delete(session.id);
        if (reason === 'expired') {
          const error = 'The session expired';
          stream.publish({ type: 'error', code: 'session_closed', error, timestamp: seconds(this.#now()) });
        }
        stream.end();
      },
    });
    this.#streams.set(session.id, stream);
    return session;
  }

  /** @throws LookoutError `not_found` */
  get(id: string): { session: DetectionSession; stream: EventStream } {
    const session = this.#service.get(id);
    const stream = this.#streams.get(id);
    if (stream) return { session, stream };
    throw new LookoutError('not_found', 'This session belongs to a WebSocket');
  }

  /**
   * Accepts a frame whose answer is sent as an event. An immediate rejection is returned instead.
   * @returns the immediate answer, if any, and the frame's id
   */
  send(id: string, frame: Omit<SentFrame, 'answer'>) {
    const { session, stream } = this.get(id);
    let atOnce: FrameAnswer | undefined;
    let isOffered = false;
    const frameId = session.offer({
      ...frame,
      answer: (answer) => {
        if (isOffered) stream.publish(answer);
        else atOnce = answer;
      },
    });
    isOffered = true;
    return { frameId, atOnce };
  }

  /** Accepts a frame and returns its answer instead of sending an event. */
  sendAndWait(id: string, frame: Omit<SentFrame, 'answer'>): Promise<FrameAnswer> {
    const { session } = this.get(id);
    return new Promise((resolve) => session.offer({ ...frame, answer: resolve }));
  }

  end(id: string): void {
    this.get(id);
    this.#service.end(id, 'deleted');
  }
}
