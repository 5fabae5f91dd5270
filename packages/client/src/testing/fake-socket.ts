import type { Socket } from '../connection/socket.js';

/** A socket whose other end is the test. */
export class FakeSocket implements Socket {
  readyState = 0;
  bufferedAmount = 0;
  binaryType = 'blob';
  onopen: (() => void) | null = null;
  onmessage: ((event: { data: unknown }) => void) | null = null;
  onclose: ((event: { code: number; reason: string }) => void) | null = null;
  onerror: ((event: { message?: string }) => void) | null = null;
  readonly sent: Array<Record<string, unknown>> = [];
  readonly binaries: Uint8Array[] = [];

  constructor(readonly url: string) {}

  send(data: string | Uint8Array<ArrayBuffer>): void {
    if (typeof data === 'string') this.sent.push(JSON.parse(data));
    else this.binaries.push(data);
  }

  close(): void {
    this.readyState = 3;
  }

  open(): void {
    this.readyState = 1;
    this.onopen?.();
  }

  text(message: object): void {
    this.onmessage?.({ data: JSON.stringify(message) });
  }

  frame(meta: object): void {
    this.text(meta);
    this.onmessage?.({ data: new Uint8Array([0xff, 0xd8, 0xff, 0xd9]).buffer });
  }

  lose(code = 1006, reason = ''): void {
    this.readyState = 3;
    this.onclose?.({ code, reason });
  }

  acks(): unknown[] {
    return this.sent.filter(({ type }) => type === 'ack').map(({ frameNumber }) => frameNumber);
  }
}
