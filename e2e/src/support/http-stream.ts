import { get, type IncomingHttpHeaders, type IncomingMessage } from 'node:http';
import { keep } from './keep.js';
import { until } from './until.js';

export interface Part {
  headers: Record<string, string>;
  body: Buffer;
}

const MAX_BUFFERED_BYTES = 50_000_000;

/** An endless HTTP answer: an MJPEG feed, an event stream. Closed at the end of the test. */
export class HttpStream {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly #response: IncomingMessage;
  #bytes = Buffer.alloc(0);

  private constructor(response: IncomingMessage) {
    this.#response = response;
    this.status = response.statusCode ?? 0;
    this.headers = response.headers;
    response.on('data', (chunk: Buffer) => {
      this.#bytes = Buffer.concat([this.#bytes, chunk]).subarray(-MAX_BUFFERED_BYTES);
    });
    response.on('error', () => response.destroy());
  }

  static open(url: string, headers: Record<string, string> = {}): Promise<HttpStream> {
    return new Promise((resolve, reject) => {
      const request = get(url, { headers, agent: false }, (response) => {
        keep(response, () => response.destroy());
        resolve(new HttpStream(response));
      });
      request.once('error', reject);
    });
  }

  /** Stops reading from the socket, like a viewer that never reads. */
  pause(): void {
    this.#response.pause();
  }

  get text(): string {
    return this.#bytes.toString('utf8');
  }

  /** Complete parts of a multipart answer, read by their lengths. */
  parts(): Part[] {
    const boundary = `--${/boundary=([^;]+)/.exec(this.headers['content-type'] ?? '')?.[1]}`;
    const parts: Part[] = [];
    let at = this.#bytes.indexOf(boundary);
    while (at >= 0) {
      const head = this.#bytes.indexOf('\r\n\r\n', at);
      if (head < 0) break;
      const lines = this.#bytes.toString('latin1', at + boundary.length + 2, head).split('\r\n');
      const headers = Object.fromEntries(lines.map((line) => line.toLowerCase().split(': ') as [string, string]));
      const end = head + 4 + Number(headers['content-length']);
      // The next boundary must follow at once, so that a strict reader can show the part.
      if (this.#bytes.length < end + 2 + boundary.length) break;
      parts.push({ headers, body: this.#bytes.subarray(head + 4, end) });
      at = this.#bytes.indexOf(boundary, end);
    }
    return parts;
  }

  async partsAtLeast(count: number): Promise<Part[]> {
    return until(`${count} parts`, () => {
      const parts = this.parts();
      return parts.length >= count && parts;
    });
  }

  /** Data of server-sent events of this type. */
  events<T>(kind: string): T[] {
    return this.text
      .split('\n\n')
      .slice(0, -1)
      .filter((block) => block.split('\n').includes(`event: ${kind}`))
      .map((block) => JSON.parse(block.slice(block.indexOf('data: ') + 6)) as T);
  }
}
