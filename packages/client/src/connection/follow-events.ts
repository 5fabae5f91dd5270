import { Backoff } from '@lookout/protocol';
import { createParser } from 'eventsource-parser';
import { authorization, type Endpoint, type RequestError, requestErrorOf } from './request.js';

export interface FollowOptions {
  /** Ends it. */
  signal: AbortSignal;
  onEvent(event: ServerSentEvent): void;
  onOpen?(): void;
  /** The stream ended or could not be opened; the next attempt follows. */
  onLost?(reason: string): void;
  /** After this long without any data, including heartbeats, the stream counts as dead, ms. Default: never. */
  silenceMs?: number;
  /** Uniform in [0, 1). */
  random?: () => number;
}

/**
 * Follows a text/event-stream and reconnects when it ends, continuing after its last event (`Last-Event-ID`).
 * @returns why the server refuses (a 4xx for which retrying is of no use); undefined when `signal` ended it
 */
export async function followEvents(
  endpoint: Endpoint,
  path: string,
  { signal, onEvent, onOpen, onLost, silenceMs, random }: FollowOptions,
): Promise<RequestError | undefined> {
  const backoff = new Backoff({ random });
  let lastEventId: string | undefined;
  while (!signal.aborted) {
    let reason = 'the stream ended';
    const silence = new Watchdog(silenceMs);
    try {
      const response = await endpoint.fetch(endpoint.baseUrl + path, {
        headers: {
          ...authorization(endpoint),
          accept: 'text/event-stream',
          ...(lastEventId === undefined ? {} : { 'last-event-id': lastEventId }),
        },
        credentials: 'same-origin',
        signal: AbortSignal.any([signal, silence.signal]),
      });
      if (!response.ok || !response.body) {
        const error = await requestErrorOf(response);
        if (!error.retryable && response.status < 500) return error;
        throw error;
      }
      onOpen?.();
      const parser = createParser({
        maxBufferSize: MAX_EVENT_CHARS,
        onEvent: ({ event, data, id }) => {
          lastEventId = id ?? lastEventId;
          onEvent({ event: event || 'message', data, id: lastEventId });
        },
        onError: (error) => {
          if (error.type === 'max-buffer-size-exceeded') throw error;
        },
      });
      const decoder = new TextDecoder();
      // A reader instead of `for await`, since Safari's streams are not iterable.
      const reader = response.body.getReader();
      for (;;) {
        const { done, value: chunk } = await reader.read();
        if (done) break;
        silence.heard();
        backoff.reset();
        parser.feed(decoder.decode(chunk, { stream: true }));
      }
    } catch (error) {
      if (signal.aborted) break;
      reason = silence.signal.aborted
        ? 'the server sent nothing for too long'
        : error instanceof Error
          ? error.message
          : String(error);
    } finally {
      silence.stop();
    }
    if (signal.aborted) break;
    onLost?.(reason);
    await sleep(backoff.next(), signal);
  }
  return undefined;
}

/** Aborts its signal after a time without data. */
class Watchdog {
  readonly #controller = new AbortController();
  #timer: ReturnType<typeof setTimeout> | undefined;

  constructor(private readonly silenceMs: number | undefined) {
    this.heard();
  }

  get signal(): AbortSignal {
    return this.#controller.signal;
  }

  heard(): void {
    clearTimeout(this.#timer);
    if (this.silenceMs !== undefined) this.#timer = setTimeout(() => this.#controller.abort(), this.silenceMs);
  }

  stop(): void {
    clearTimeout(this.#timer);
  }
}

/** Resolves after `ms`, or at once when the signal is aborted. */
export function sleep(ms: number, signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) {
      resolve();
      return;
    }
    const end = () => {
      clearTimeout(timer);
      signal.removeEventListener('abort', end);
      resolve();
    };
    const timer = setTimeout(end, ms);
    signal.addEventListener('abort', end, { once: true });
  });
}

/** One event of a text/event-stream. */
export interface ServerSentEvent {
  event: string;
  data: string;
  id: string | undefined;
}

/** A larger event is an error of the sender, not data: characters. */
const MAX_EVENT_CHARS = 4_000_000;
