import { Backoff } from '@lookout/protocol';
import { authorization, type Endpoint, type RequestError, requestErrorOf } from './request.js';
import { type ServerSentEvent, SseParser } from './sse-parser.js';

export interface FollowOptions {
  /** Ends it. */
  signal: AbortSignal;
  onEvent(event: ServerSentEvent): void;
  onOpen?(): void;
  /** The stream ended or could not be had; the next attempt follows. */
  onLost?(reason: string): void;
  /** Nothing came for so long, heartbeats included: the stream is dead though nobody said so, ms. Default: never. */
  silenceMs?: number;
  /** Uniform in [0, 1). */
  random?: () => number;
}

/**
 * Follows a text/event-stream and comes back when it ends, after the last event it had (`Last-Event-ID`).
 * @returns why the server will not have us (a 4xx where trying again is of no use); undefined when `signal` ended it
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
      const parser = new SseParser();
      const decoder = new TextDecoder();
      // A reader and not `for await`: Safari's streams are not iterable.
      const reader = response.body.getReader();
      for (;;) {
        const { done, value: chunk } = await reader.read();
        if (done) break;
        silence.heard();
        backoff.reset();
        for (const event of parser.push(decoder.decode(chunk, { stream: true }))) {
          lastEventId = event.id ?? lastEventId;
          onEvent(event);
        }
      }
    } catch (error) {
      if (signal.aborted) break;
      reason = silence.signal.aborted
        ? 'the server fell silent'
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

/** Aborts its signal when nothing was heard for so long. */
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

/** Resolves after so long, or at once when the signal is aborted. */
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
