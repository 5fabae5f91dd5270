/** The whole server with one well-behaved publisher and its viewer, next to the publishers under test. */
import { makeTestJpegs } from '@lookout/media/testing';
import type { CameraDetailStats, Camera as CameraView } from '@lookout/protocol';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { opened, startWholeServer, until, type WholeServer } from './whole-server.js';

export type Message = Record<string, unknown>;

/** A publisher that keeps what it is told. */
export class Publisher {
  readonly messages: Message[] = [];
  readonly closed: Promise<string>;
  #number = 0;

  private constructor(
    readonly socket: WebSocket,
    private readonly jpegs: readonly Uint8Array[],
  ) {
    socket.on('message', (data) => this.messages.push(JSON.parse(String(data))));
    socket.on('error', () => undefined);
    this.closed = new Promise((resolve) => socket.once('close', (code, reason) => resolve(`${code} ${reason}`)));
  }

  static async connect(url: string, jpegs: readonly Uint8Array[]): Promise<Publisher> {
    // Listening before it is open: the first words may come with the answer.
    const publisher = new Publisher(new WebSocket(url), jpegs);
    await opened(publisher.socket);
    return publisher;
  }

  metadata(changes: object = {}): void {
    const frameNumber = this.#number++;
    const metadata = { timestamp: Date.now(), frameNumber, width: 320, height: 240, format: 'jpeg', ...changes };
    this.socket.send(JSON.stringify({ type: 'frame_metadata', ...metadata }));
  }

  metadataTwice(): void {
    this.metadata();
    this.metadata();
  }

  frame(changes: object = {}, jpeg = this.jpegs[this.#number % this.jpegs.length] as Uint8Array): void {
    this.metadata(changes);
    this.socket.send(jpeg);
  }

  get errors(): unknown[] {
    return this.messages.filter(({ type }) => type === 'error').map(({ code }) => code);
  }

  async answered(count: number): Promise<void> {
    await until(() => this.errors.length >= count);
  }
}

export class PublishingServer {
  /** Tokens that must not appear in any log line, metric or error. */
  readonly secrets: string[] = [];
  /** Closed after each test. */
  readonly open: Array<() => unknown> = [];
  /** The camera of the current test. */
  phone!: CameraView;
  #good: Publisher | undefined;
  #goodTimer: NodeJS.Timeout | undefined;
  #bystander: WebSocket | undefined;
  #bystanderFrames = 0;

  private constructor(
    readonly server: WholeServer,
    readonly jpegs: readonly Uint8Array[],
  ) {}

  static async start(): Promise<PublishingServer> {
    const jpegs = await makeTestJpegs({ count: 5, width: 320, height: 240 });
    const stage = new PublishingServer(await startWholeServer({ logLevel: 'trace' }), jpegs);
    const { publish_token } = await stage.add('good');
    const good = await stage.connect(publish_token as string);
    stage.#good = good;
    stage.#goodTimer = setInterval(() => good.frame(), 100);
    stage.#bystander = await stage.watch('good');
    stage.#bystander.on('message', (_data, isBinary) => {
      if (isBinary) stage.#bystanderFrames++;
    });
    // The publisher and its viewer stay open between tests.
    stage.open.length = 0;
    await until(() => stage.#bystanderFrames > 2);
    return stage;
  }

  async beforeTest(): Promise<void> {
    this.phone = await this.add('phone');
    this.open.push(() => this.call('DELETE', '/api/cameras/phone'));
  }

  async afterTest(): Promise<void> {
    for (const close of this.open.splice(0)) await close();
    // Whoever misbehaved: the good publisher's viewer still gets its frames.
    const before = this.#bystanderFrames;
    await until(() => this.#bystanderFrames > before + 2);
  }

  async close(): Promise<void> {
    clearInterval(this.#goodTimer);
    this.#good?.socket.terminate();
    this.#bystander?.terminate();
    await this.server.close();
  }

  readonly call: WholeServer['call'] = (...request) => this.server.call(...request);

  async add(id: string): Promise<CameraView> {
    const { status, body } = await this.call<CameraView>('POST', '/api/cameras', { id, kind: 'push' });
    expect(status).toBe(201);
    this.secrets.push(body.publish_token as string, body.view_token as string);
    return body;
  }

  async camera(id = 'phone'): Promise<CameraView> {
    return (await this.call<CameraView>('GET', `/api/cameras/${id}`)).body;
  }

  async stats(id = 'phone'): Promise<CameraDetailStats> {
    return (await this.call<CameraDetailStats>('GET', `/api/cameras/${id}/stats`)).body;
  }

  async connect(token: string): Promise<Publisher> {
    const publisher = await Publisher.connect(`${this.server.wsUrl}/ws/camera/${token}`, this.jpegs);
    this.open.push(() => publisher.socket.terminate());
    return publisher;
  }

  publish(): Promise<Publisher> {
    return this.connect(this.phone.publish_token as string);
  }

  async watch(token: string, query = ''): Promise<WebSocket> {
    const socket = new WebSocket(`${this.server.wsUrl}/ws/view/${token}${query}`);
    this.open.push(() => socket.terminate());
    await new Promise((resolve, reject) => socket.once('open', resolve).once('error', reject));
    return socket;
  }
}

/** What a viewer is sent, as it comes: metadata beside its picture's size. */
export function framesOf(socket: WebSocket): Array<Message & { bytes: number }> {
  const frames: Array<Message & { bytes: number }> = [];
  let metadata: Message = {};
  socket.on('message', (data: Buffer, isBinary) => {
    if (isBinary) frames.push({ ...metadata, bytes: data.length });
    else metadata = JSON.parse(String(data));
  });
  return frames;
}
