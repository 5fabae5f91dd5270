/** The whole server with its own model, and clients of the detection API. */
import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jpegWithOrientation } from '@lookout/media/testing';
import { CreatedSession, DetectionServerMessage, DetectionTotals, type ImageDetections } from '@lookout/protocol';
import { pino } from 'pino';
import { expect, vi } from 'vitest';
import { WebSocket } from 'ws';
import { startServer } from '../main.js';
import { loadSettings } from '../platform/config/settings.js';
import type { RunningServer } from '../running-server.js';

const cat = fileURLToPath(new URL('../../../vision/fixtures/chelsea.png', import.meta.url));
export const png = readFileSync(cat);
export const jpeg = convert('-c:v', 'mjpeg', '-q:v', '2', '-pix_fmt', 'yuvj444p');
export const half = jpeg.subarray(0, jpeg.length >> 1);
export const webp = convert('-c:v', 'libwebp', '-quality', '95');
/** Stored lying on its left side. */
export const lying = jpegWithOrientation(
  convert('-vf', 'transpose=2', '-c:v', 'mjpeg', '-q:v', '2', '-pix_fmt', 'yuvj444p'),
  6,
);

function convert(...options: string[]): Buffer {
  return execFileSync('ffmpeg', [
    '-v',
    'error',
    '-nostdin',
    '-i',
    cat,
    ...options,
    '-frames:v',
    '1',
    '-f',
    'image2pipe',
    '-',
  ]);
}

let server: RunningServer;
let directory: string;
/** Closed after each test. */
export const open: Array<() => unknown> = [];

export async function startDetectionServer(): Promise<void> {
  directory = mkdtempSync(join(tmpdir(), 'lookout-detection-'));
  const env = { STREAMING_SESSION_TIMEOUT: '120', CONFIDENCE_THRESHOLD: '0.4' };
  const flags = { values: { '--data': join(directory, 'data'), '--port': '0', '--no-demo': 'true' } };
  server = await startServer(loadSettings({ flags, env, cwd: directory }), pino({ level: 'silent' }));
}

export async function closeOpen(): Promise<void> {
  for (const close of open.splice(0)) await close();
}

export async function closeDetectionServer(): Promise<void> {
  await server?.close();
  rmSync(directory, { recursive: true, force: true });
}

export const serverUrl = () => server.url;

export const waiting = { timeout: 60_000, interval: 20 };

/** One socket and everything it was told. */
export class Client {
  readonly messages: DetectionServerMessage[] = [];
  closed: { code: number } | undefined;

  private constructor(readonly socket: WebSocket) {
    socket.on('message', (data) => this.messages.push(DetectionServerMessage.parse(JSON.parse(String(data)))));
    socket.on('error', () => undefined);
    socket.on('close', (code) => {
      this.closed = { code };
    });
  }

  static async connect(query = ''): Promise<Client> {
    const client = new Client(new WebSocket(`${server.url.replace('http', 'ws')}/stream/detection${query}`));
    await new Promise((resolve, reject) => client.socket.once('open', resolve).once('error', reject));
    open.push(() => client.socket.terminate());
    return client;
  }

  send(message: unknown): void {
    this.socket.send(JSON.stringify(message));
  }

  frame(id: string | number, image: Uint8Array = jpeg, more: object = {}): void {
    this.send({ type: 'frame', frame_id: id, image_data: Buffer.from(image).toString('base64'), ...more });
  }

  answer(id: string | number): DetectionServerMessage | undefined {
    return this.messages.find((one) => ('data' in one ? one.data.frame_id : 'frame_id' in one && one.frame_id) === id);
  }

  async answered(id: string | number): Promise<DetectionServerMessage> {
    await vi.waitFor(() => expect(this.answer(id)).toBeDefined(), waiting);
    return this.answer(id)!;
  }

  async told(count: number): Promise<DetectionServerMessage[]> {
    await vi.waitFor(() => expect(this.messages.length).toBeGreaterThanOrEqual(count), waiting);
    return this.messages;
  }
}

/** Reads a session's events until it ends. */
export class Events {
  readonly events: Array<{ id: number | undefined; message: DetectionServerMessage }> = [];
  ended = false;

  static async open(path: string, lastEventId?: number): Promise<Events> {
    const events = new Events();
    const gone = new AbortController();
    open.push(() => gone.abort());
    const headers = lastEventId === undefined ? undefined : { 'Last-Event-ID': String(lastEventId) };
    const response = await fetch(server.url + path, { signal: gone.signal, ...(headers && { headers }) });
    expect(response.headers.get('content-type')).toContain('text/event-stream');
    void events.#read(response).catch(() => undefined);
    return events;
  }

  async #read(response: Response): Promise<void> {
    let text = '';
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const whole = text.split('\n\n');
      text = whole.pop()!;
      for (const event of whole) {
        const [, id, json] = /^(?:retry: \d+\n)?(?:id: (\d+)\n)?data: (.*)$/.exec(event) ?? [];
        if (json === undefined) continue;
        const message = DetectionServerMessage.parse(JSON.parse(json));
        this.events.push({ id: id === undefined ? undefined : Number(id), message });
      }
    }
    this.ended = true;
  }

  async has(count: number): Promise<Events['events']> {
    await vi.waitFor(() => expect(this.events.length).toBeGreaterThanOrEqual(count), waiting);
    return this.events;
  }
}

export async function call(method: string, path: string, body?: unknown, type = 'application/json') {
  const isForm = body instanceof FormData;
  const isBytes = body instanceof Uint8Array;
  const response = await fetch(server.url + path, {
    method,
    ...(body !== undefined && {
      body:
        isForm || isBytes || typeof body === 'string'
          ? (body as NonNullable<RequestInit['body']>)
          : JSON.stringify(body),
      ...(!isForm && { headers: { 'Content-Type': type } }),
    }),
  });
  const text = await response.text();
  const isProblem = response.headers.get('content-type')?.startsWith('application/problem+json') ?? false;
  return { status: response.status, json: text === '' ? undefined : JSON.parse(text), isProblem };
}

export async function createSession(settings: object = {}): Promise<CreatedSession> {
  const { status, json } = await call('POST', '/stream/sessions', settings);
  expect(status).toBe(201);
  open.push(() => call('DELETE', `/stream/sessions/${json.client_id}`));
  return CreatedSession.parse(json);
}

export function form(fields: Record<string, string | Uint8Array>): FormData {
  const data = new FormData();
  for (const [name, value] of Object.entries(fields)) {
    if (typeof value === 'string') data.append(name, value);
    // Named for what it is not: the bytes tell.
    else data.append(name, new Blob([new Uint8Array(value)], { type: 'text/plain' }), 'notes.txt');
  }
  return data;
}

export const openSessions = async () => DetectionTotals.parse((await call('GET', '/stream/stats')).json).sessions.open;

/** Sockets of tests before this one may be still about to close. */
export const allClosed = () => vi.waitFor(async () => expect(await openSessions()).toBe(0), waiting);

export function expectCat({ detections, image_size }: ImageDetections): void {
  expect(image_size).toEqual([320, 212]);
  expect(detections[0]).toMatchObject({ class_name: 'cat' });
  const [x1, y1, x2, y2] = detections[0]!.bbox;
  // Its head fills most of the picture.
  expect(x2 - x1).toBeGreaterThan(100);
  expect(y2 - y1).toBeGreaterThan(100);
}

export function expectCatResult(answer: DetectionServerMessage | undefined): void {
  if (answer?.type !== 'detection_result') throw new Error(`expected a result, got ${JSON.stringify(answer)}`);
  expectCat(answer.data);
}
