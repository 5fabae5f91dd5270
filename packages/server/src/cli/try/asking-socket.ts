import type { WebSocket } from 'ws';

export type Message = Record<string, unknown>;

/** Maximum time for an answer on any connection. */
export const ANSWER_TIMEOUT_MS = 15_000;

/** A socket whose messages are read one at a time. */
export class AskingSocket implements AsyncDisposable {
  readonly #socket: WebSocket;
  readonly #messages: Message[] = [];
  #wake: (() => void) | undefined;
  #end: string | undefined;

  constructor(socket: WebSocket) {
    this.#socket = socket;
    socket.on('message', (data) => {
      this.#messages.push(parse(String(data)));
      this.#wake?.();
    });
    socket.on('error', (error) => this.#ended(error.message));
    socket.on('close', (code) => this.#ended(`it was closed with ${code}`));
  }

  send(data: string | Uint8Array): void {
    this.#socket.send(data);
  }

  /** Sends a message and returns the next one received. */
  ask(data: string | Uint8Array): Promise<Message> {
    this.send(data);
    return this.next();
  }

  async next(): Promise<Message> {
    const endMs = performance.now() + ANSWER_TIMEOUT_MS;
    for (;;) {
      const message = this.#messages.shift();
      if (message) return message;
      if (this.#end !== undefined) throw new Error(`Expected an answer over the WebSocket, but ${this.#end}`);
      const leftMs = endMs - performance.now();
      if (leftMs <= 0) throw new Error(`Expected an answer over the WebSocket within ${ANSWER_TIMEOUT_MS / 1000} s`);
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, leftMs);
        this.#wake = () => {
          clearTimeout(timer);
          resolve();
        };
      });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#socket.terminate();
  }

  #ended(reason: string): void {
    this.#end ??= reason;
    this.#wake?.();
  }
}

/** The parsed object; an empty object for anything else. */
export function parse(text: string): Record<string, unknown> {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
