import type { Socket } from 'node:net';
import type { Duplex } from 'node:stream';
import type { RtmpMetadata } from './metadata.js';
import type { RtmpVideoPacket } from './published-media.js';
import type { RtmpEnd, RtmpEndReason } from './rtmp-error.js';
import { MAX_HELD_BYTES, type PublishRequest, RtmpSession } from './rtmp-session.js';

/** A client that wants to publish. */
export interface RtmpPublisherInfo {
  /** Address of the client, '' if its connection is already gone. */
  readonly address: string;
  /** Name and version of its software, as it says. */
  readonly agent: string | undefined;
}

/**
 * `reason` is shown to the publisher and must not contain the key. `via`: a connection with another server of this kind, which goes on with the
 * publisher; it is closed with the publisher's.
 */
export type PublishAnswer =
  | { readonly accepted: true }
  | { readonly accepted: false; readonly reason: string }
  | { readonly accepted: 'elsewhere'; readonly via: Duplex };

/** A publisher whose key was accepted. */
export interface RtmpPublication extends RtmpPublisherInfo {
  readonly key: string;
  /** Ends it. No effect if it has ended. @param message for the publisher, such as `The camera was removed` */
  close(message: string): void;
}

/** Receives what a publisher sends. What it throws ends that connection. */
export interface RtmpSink {
  onPacket(packet: RtmpVideoPacket): void;
  onMetadata?(metadata: RtmpMetadata): void;
  /** Called once, last. */
  onEnd(end: RtmpEnd): void;
}

/** For the log and the counters. */
export interface RtmpConnectionEnd extends RtmpEnd {
  readonly address: string;
  readonly receivedBytes: number;
}

export interface RtmpTimeouts {
  /** From the connection to an accepted `publish`, ms. */
  readonly publishTimeoutMs: number;
  /** Without a byte from a publisher, ms. */
  readonly idleTimeoutMs: number;
  /** Without a picture from a publisher, whatever else it sends, ms. */
  readonly videoTimeoutMs: number;
  /** For the client to read the last answer and close its side, ms. */
  readonly lingerMs: number;
}

export interface RtmpConnectionOptions extends RtmpTimeouts {
  authorize(key: string, info: RtmpPublisherInfo): PublishAnswer | Promise<PublishAnswer>;
  onPublish(publication: RtmpPublication): RtmpSink;
  onEnd(end: RtmpConnectionEnd): void;
}

/** Written to a client that does not read. Answers are a few hundred bytes. */
const MAX_UNSENT_BYTES = 65_536;

/** One client of an `RtmpListener`: its socket, its session and its timer. */
export class RtmpConnection {
  /** Resolves when the socket is closed. */
  readonly closed: Promise<void>;
  readonly #socket: Socket;
  readonly #options: RtmpConnectionOptions;
  readonly #session: RtmpSession;
  readonly #address: string;
  /** First limits the time to publish, then the time without bytes, then that to close. */
  #timer: NodeJS.Timeout;
  /** Limits the time of a publisher without a picture. */
  #videoTimer: NodeJS.Timeout | undefined;
  #sink: RtmpSink | undefined;
  /** What has been read until the key is checked: another server may have to read it again. */
  #received: Buffer[] = [];
  #sentBytes = 0;
  /** The connection with the server that goes on with this one. */
  #via: Duplex | undefined;
  #end: RtmpEnd | undefined;
  #fault: unknown;

  constructor(socket: Socket, options: RtmpConnectionOptions) {
    this.#socket = socket;
    this.#options = options;
    this.#address = socket.remoteAddress ?? '';
    this.#session = new RtmpSession({
      send: (bytes) => this.#send(bytes),
      onPublishRequest: (request) => void this.#decide(request),
      onPacket: (packet) => {
        this.#videoTimer?.refresh();
        this.#sink?.onPacket(packet);
      },
      onMetadata: (metadata) => this.#sink?.onMetadata?.(metadata),
      onEnd: (end) => this.#onEnd(end),
    });
    const { publishTimeoutMs } = options;
    this.#timer = setTimeout(() => {
      this.end('publish_timeout', `The client did not publish within ${publishTimeoutMs} ms`);
    }, publishTimeoutMs);
    socket.setNoDelay();
    socket.on('data', (bytes) => this.#onData(bytes));
    socket.on('end', () => this.end('disconnected', 'The client closed the connection'));
    socket.on('error', (error: NodeJS.ErrnoException) => {
      this.end('connection_lost', `Connection lost (${error.code ?? error.message})`);
    });
    this.closed = new Promise((resolve) => {
      socket.on('close', () => {
        this.end('connection_lost', 'The connection was closed');
        clearTimeout(this.#timer);
        resolve();
      });
    });
  }

  /** Ends the connection, and tells a publisher why. No effect if it has ended. */
  end(reason: RtmpEndReason, message: string): void {
    if (this.#via === undefined) this.#session.end(reason, message);
    else if (!this.#end) this.#endPassed(this.#via, message);
  }

  #onData(bytes: Buffer): void {
    if (this.#end) return;
    if (this.#session.isPublishing) this.#timer.refresh();
    else if (this.#session.receivedBytes + bytes.length <= MAX_HELD_BYTES) this.#received.push(Buffer.from(bytes));
    else this.end('limit_exceeded', `More than ${MAX_HELD_BYTES} bytes arrived before the client published`);
    this.#guard(() => {
      this.#socket.cork(); // answers to one read leave together
      this.#session.push(bytes);
    });
    this.#socket.uncork();
  }

  #send(bytes: Buffer): void {
    if (!this.#socket.writable) return;
    this.#sentBytes += bytes.length;
    this.#socket.write(bytes);
    if (this.#socket.writableLength > MAX_UNSENT_BYTES && !this.#end) {
      this.end('limit_exceeded', 'The client does not read responses');
    }
  }

  async #decide({ key, agent }: PublishRequest): Promise<void> {
    const info = { address: this.#address, agent };
    this.#socket.pause();
    try {
      const answer = await this.#options.authorize(key, info);
      if (!this.#end) this.#guard(() => this.#answer(answer, { key, ...info }));
      else if (answer.accepted === 'elsewhere') answer.via.destroy();
    } catch (error) {
      this.#fail(error);
    }
    this.#socket.resume();
  }

  #answer(answer: PublishAnswer, request: RtmpPublisherInfo & { readonly key: string }): void {
    if (!answer.accepted) {
      this.#session.refuse(answer.reason);
      return;
    }
    if (answer.accepted === 'elsewhere') {
      this.#passTo(answer.via);
      return;
    }
    this.#received = [];
    const sink = this.#options.onPublish({ ...request, close: (message) => this.end('closed', message) });
    if (this.#end) {
      sink.onEnd(this.#end); // it closed the publication at once
      return;
    }
    this.#sink = sink;
    clearTimeout(this.#timer);
    const { idleTimeoutMs, videoTimeoutMs } = this.#options;
    this.#timer = setTimeout(() => {
      this.end('idle_timeout', `Nothing arrived from the publisher for ${idleTimeoutMs} ms`);
    }, idleTimeoutMs);
    this.#videoTimer = setTimeout(() => {
      this.end('no_video', `No video arrived from the publisher for ${videoTimeoutMs} ms`);
    }, videoTimeoutMs);
    this.#session.accept();
  }

  /**
   * Another server goes on with this connection from its first byte. Sessions have neither clocks nor chance, so it answers the same as this
   * one has until here: that much is dropped.
   */
  #passTo(via: Duplex): void {
    const socket = this.#socket;
    this.#via = via;
    clearTimeout(this.#timer);
    socket.removeAllListeners('data').removeAllListeners('end');
    via.on('error', () => via.destroy());
    via.write(Buffer.concat(this.#received));
    this.#received = [];
    socket.pipe(via);
    let repeatedBytes = this.#sentBytes;
    const onAnswer = (bytes: Buffer) => {
      const repeated = Math.min(repeatedBytes, bytes.length);
      repeatedBytes -= repeated;
      socket.write(bytes.subarray(repeated));
      if (repeatedBytes > 0) return;
      via.off('data', onAnswer);
      via.pipe(socket);
    };
    via.on('data', onAnswer);
    via.once('close', () => this.#endSoon(socket));
  }

  #endPassed(via: Duplex, message: string): void {
    this.#end = { reason: 'passed_on', message };
    this.#endSoon(via);
    this.#endSoon(this.#socket);
    this.#report(this.#end);
  }

  /** What has been written still arrives. */
  #endSoon(stream: Duplex): void {
    stream.end();
    const timer = setTimeout(() => stream.destroy(), this.#options.lingerMs);
    stream.once('close', () => clearTimeout(timer));
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      this.#fail(error);
    }
  }

  /** For faults of this server: the publisher is not told the details. */
  #fail(error: unknown): void {
    this.#fault ??= error;
    this.end('internal_error', 'The server failed');
  }

  #onEnd(end: RtmpEnd): void {
    const detail = this.#fault === undefined ? '' : `: ${describe(this.#fault)}`;
    const known = { reason: end.reason, message: end.message + detail };
    this.#end = known;
    this.#closeSocket(known.reason);
    this.#report(known);
  }

  #report(known: RtmpEnd): void {
    const report = { ...known, address: this.#address, receivedBytes: this.#session.receivedBytes };
    for (const tell of [() => this.#sink?.onEnd(known), () => this.#options.onEnd(report)]) {
      try {
        tell();
      } catch (error) {
        process.emitWarning(`A listener for the end of an RTMP connection failed: ${describe(error)}`);
      }
    }
  }

  /**
   * The last answer has to reach the client. A socket that is closed with unread bytes resets the connection, which may delete the
   * answer on its way, so what the client still sends is read and dropped until it closes its side. One that has stopped publishing
   * closes first: it may take the other order for a failure, as GStreamer does.
   */
  #closeSocket(reason: RtmpEndReason): void {
    clearTimeout(this.#timer);
    clearTimeout(this.#videoTimer);
    this.#timer = setTimeout(() => this.#socket.destroy(), this.#options.lingerMs);
    if (reason !== 'unpublished') this.#socket.end();
    this.#socket.resume();
  }
}

function describe(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
