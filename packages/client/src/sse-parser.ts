/** One event of a text/event-stream. */
export interface ServerSentEvent {
  event: string;
  data: string;
  id: string | undefined;
}

/** An event larger than this is an error of the sender, not data: characters. */
const MAX_EVENT_CHARS = 4_000_000;

/**
 * Splits a text/event-stream into events (WHATWG HTML, "Interpreting an event stream"): lines end with CR, LF or both, wherever the
 * chunks happen to break.
 */
export class SseParser {
  #rest = '';
  #sawCr = false;
  #data: string[] = [];
  #chars = 0;
  #event = '';
  /** The last `id:` seen, for `Last-Event-ID`. */
  lastEventId: string | undefined;
  /** Milliseconds to wait before reconnecting, where the sender said so. */
  retryMs: number | undefined;

  /** @returns the events completed by this chunk @throws RangeError when an event is larger than any of ours */
  push(chunk: string): ServerSentEvent[] {
    const events: ServerSentEvent[] = [];
    let text = this.#rest + chunk;
    if (this.#sawCr && text.startsWith('\n')) text = text.slice(1);
    this.#sawCr = false;
    let start = 0;
    for (let i = 0; i < text.length; i++) {
      const char = text[i];
      if (char !== '\n' && char !== '\r') continue;
      this.#line(text.slice(start, i), events);
      if (char === '\r') {
        if (i + 1 === text.length) this.#sawCr = true;
        else if (text[i + 1] === '\n') i++;
      }
      start = i + 1;
    }
    this.#rest = text.slice(start);
    if (this.#rest.length + this.#chars > MAX_EVENT_CHARS) {
      throw new RangeError(`Expected events of at most ${MAX_EVENT_CHARS} characters`);
    }
    return events;
  }

  #line(line: string, events: ServerSentEvent[]): void {
    if (line === '') {
      if (this.#data.length > 0) {
        events.push({ event: this.#event || 'message', data: this.#data.join('\n'), id: this.lastEventId });
      }
      this.#data = [];
      this.#chars = 0;
      this.#event = '';
      return;
    }
    if (line.startsWith(':')) return;
    const colon = line.indexOf(':');
    const field = colon < 0 ? line : line.slice(0, colon);
    const value = colon < 0 ? '' : line.slice(line[colon + 1] === ' ' ? colon + 2 : colon + 1);
    if (field === 'data') {
      this.#data.push(value);
      this.#chars += value.length;
    } else if (field === 'event') this.#event = value;
    else if (field === 'id' && !value.includes('\0')) this.lastEventId = value;
    else if (field === 'retry' && /^\d{1,9}$/.test(value)) this.retryMs = Number(value);
  }
}
