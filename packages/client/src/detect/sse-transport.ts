import {
  Backoff,
  type CreatedSession,
  type DropReason,
  LookoutError,
  type NewSession,
  type SessionConfig,
  type SessionSettings,
  type SessionStats,
} from '@lookout/protocol';
import { followEvents, sleep } from '../connection/follow-events.js';
import { type Endpoint, RequestError, request } from '../connection/request.js';
import { settingsQuery } from './detect-image.js';
import {
  errorOf,
  LOAD_TIMEOUT_MS,
  lostError,
  type OutgoingFrame,
  parseDetectionMessage,
  type SessionTransport,
  type TransportEvents,
} from './session-transport.js';

export interface SseTransportOptions {
  endpoint: Endpoint;
  settings: NewSession;
  random?: () => number;
}

/** Three heartbeats of the server. */
const SILENCE_MS = 45_000;
const GOODBYE_MS = 5000;
/** Time limit for the stream to begin; if it takes longer, something on the way holds it back. */
const OPEN_TIMEOUT_MS = 15_000;
const DROP_REASONS: readonly DropReason[] = ['rate_limited', 'superseded', 'queue_full'];

/**
 * Sends frames by `POST /stream/process/:client_id` and receives answers as server-sent events. An interrupted event stream is resumed
 * without losing answers; if the server has ended the session, another is opened with the same settings.
 */
export class SseTransport implements SessionTransport {
  readonly #endpoint: Endpoint;
  readonly #random: (() => number) | undefined;
  readonly #events: TransportEvents;
  readonly #abort = new AbortController();
  readonly #backoff: Backoff;
  #settings: NewSession;
  #id: string | undefined;
  #isStreaming = false;
  #reconnects = 0;

  constructor({ endpoint, settings, random }: SseTransportOptions, events: TransportEvents) {
    this.#endpoint = endpoint;
    this.#settings = settings;
    this.#random = random;
    this.#events = events;
    this.#backoff = new Backoff({ random });
  }

  get isOpen(): boolean {
    return this.#isStreaming;
  }

  get reconnects(): number {
    return this.#reconnects;
  }

  async open(): Promise<void> {
    await this.#create();
    let timer: ReturnType<typeof setTimeout> | undefined;
    try {
      await new Promise<void>((resolve, reject) => {
        void this.#run(resolve).catch(reject);
        const late = () => reject(new LookoutError('unavailable', 'The session sent no events in time'));
        timer = setTimeout(late, OPEN_TIMEOUT_MS);
        this.#abort.signal.addEventListener('abort', late, { once: true });
      });
    } catch (error) {
      await this.close();
      throw error;
    } finally {
      clearTimeout(timer);
    }
  }

  send(frame: OutgoingFrame): boolean {
    if (!this.#isStreaming || this.#id === undefined) return false;
    void this.#post(this.#id, frame);
    return true;
  }

  async configure(settings: SessionSettings): Promise<SessionConfig> {
    const config = await this.#call<SessionConfig>('PATCH', `/stream/sessions/${this.#idNow}/config`, settings);
    this.#settings = { ...this.#settings, ...settings };
    this.#events.onConfig(config);
    return config;
  }

  stats(): Promise<SessionStats> {
    return this.#call<SessionStats>('GET', `/stream/sessions/${this.#idNow}/stats`);
  }

  async close(): Promise<void> {
    if (this.#abort.signal.aborted) return;
    const id = this.#id;
    this.#end();
    if (id === undefined) return;
    try {
      await request(this.#endpoint, 'DELETE', `/stream/sessions/${id}`, undefined, { timeoutMs: GOODBYE_MS });
    } catch (error) {
      // If the server is unreachable or has ended the session, nothing is left to end; otherwise it ends after its idle time.
      if (!(error instanceof LookoutError)) throw error;
    }
  }

  get #idNow(): string {
    if (this.#id !== undefined) return this.#id;
    throw new LookoutError('unavailable', 'The session is not open at the moment');
  }

  async #create(): Promise<void> {
    const { client_id, config } = await this.#call<CreatedSession>(
      'POST',
      '/stream/sessions',
      this.#settings,
      LOAD_TIMEOUT_MS,
    );
    this.#id = client_id;
    this.#events.onConfig(config);
  }

  /** Follows sessions until it is closed. @param opened called once the first is open @throws RequestError if none ever opened */
  async #run(opened: () => void): Promise<void> {
    const { signal } = this.#abort;
    let isFirst = true;
    while (!signal.aborted) {
      const refusal = await followEvents(this.#endpoint, `/stream/events/${this.#id}`, {
        signal,
        random: this.#random,
        silenceMs: SILENCE_MS,
        onOpen: () => {
          this.#isStreaming = true;
          if (isFirst) opened();
          isFirst = false;
          this.#events.onOpen();
        },
        onEvent: ({ data }) => this.#onEvent(data),
        onLost: (reason) => {
          if (!isFirst) this.#onLost(reason);
        },
      });
      if (!refusal) return;
      if (isFirst) throw refusal;
      if (refusal.httpStatus !== 404 && refusal.code !== 'session_lost') {
        this.#onEnd(refusal);
        return;
      }
      const reason = refusal.code === 'session_lost' ? refusal.message : 'the server ended the session';
      this.#id = undefined;
      this.#events.onFramesLost(lostError(reason));
      this.#onLost(reason);
      await this.#reopen();
    }
  }

  async #reopen(): Promise<void> {
    const { signal } = this.#abort;
    for (;;) {
      await sleep(this.#backoff.next(), signal);
      if (signal.aborted) return;
      try {
        await this.#create();
        return;
      } catch (error) {
        if (signal.aborted) return;
        const known = error instanceof LookoutError ? error : new LookoutError('internal', String(error));
        if (!known.retryable) {
          this.#onEnd(known);
          return;
        }
        this.#events.onReconnecting(known.message);
      }
    }
  }

  async #post(id: string, { number, bytes, timestampMs }: OutgoingFrame): Promise<void> {
    const timestamp = timestampMs === undefined ? undefined : timestampMs / 1000;
    try {
      await this.#call('POST', `/stream/process/${id}${settingsQuery({ frame_id: number, timestamp })}`, bytes);
    } catch (error) {
      if (this.#abort.signal.aborted) return;
      this.#events.onAnswer(number, refusalOf(error));
    }
  }

  #onEvent(data: string): void {
    const message = parseDetectionMessage(data);
    switch (message?.type) {
      case 'detection_result':
        this.#backoff.reset();
        this.#events.onAnswer(Number(message.data.frame_id), message.data);
        break;
      case 'dropped':
        this.#events.onAnswer(Number(message.frame_id), message);
        break;
      case 'error':
        if (message.frame_id !== undefined) this.#events.onAnswer(Number(message.frame_id), errorOf(message));
        // It is unknown which answers were lost.
        else if (message.code === 'events_lost') this.#events.onFramesLost(errorOf(message));
        // Another client reads this session's events. Taking them back would never end.
        else if (message.code === 'replaced') this.#onEnd(errorOf(message));
        break;
      default:
    }
  }

  #onLost(reason: string): void {
    this.#isStreaming = false;
    this.#reconnects++;
    this.#events.onReconnecting(reason);
  }

  #onEnd(error: LookoutError): void {
    this.#end();
    this.#events.onEnd(error);
  }

  #end(): void {
    this.#isStreaming = false;
    this.#id = undefined;
    this.#abort.abort();
  }

  #call<T>(method: string, path: string, body?: unknown, timeoutMs?: number): Promise<T> {
    return request<T>(this.#endpoint, method, path, body, { signal: this.#abort.signal, timeoutMs });
  }
}

/** A frame that the server dropped at once counts as dropped; any other refusal is an error. */
function refusalOf(error: unknown): { reason: DropReason } | LookoutError {
  if (error instanceof RequestError && error.code === 'too_many_requests') {
    const reason = DROP_REASONS.find((name) => error.message.endsWith(`dropped: ${name}`));
    if (reason) return { reason };
  }
  return error instanceof LookoutError ? error : new LookoutError('internal', String(error));
}
