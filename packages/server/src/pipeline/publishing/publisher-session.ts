import { fromEpochMs, toEpochMs } from '@lookout/media';
import { LookoutError, PublisherMessage, SOCKET_CLOSE, type SocketError } from '@lookout/protocol';
import { RateLimiter } from '../../platform/auth/rate-limiter.js';
import { boundJson } from '../../platform/input/bounded-json.js';
import { FrameClock, type KnownRoundTrips } from './frame-clock.js';
import { checkPublishedFrame, type GivenMetadata, ownBytes } from './published-frame.js';
import type { PublishedFrame, Publisher } from './push-source.js';

/** Connection of a session to its peer. */
export interface SessionPort {
  send(text: string): void;
  close(code: number, reason: string): void;
}

/** The camera's source as a session sees it; see `PushSource`. */
export interface PublishTarget {
  frame(publisher: Publisher, frame: PublishedFrame): void;
  bytes(publisher: Publisher, count: number): void;
  throttled(publisher: Publisher, receivedMs: number): void;
  invalid(publisher: Publisher, error: LookoutError): void;
}

export interface PublisherSessionOptions {
  port: SessionPort;
  target: PublishTarget;
  /** Round trips to the peer. */
  roundTrips(): KnownRoundTrips;
  now(): number;
  /** An error was sent. @param code from the error table */
  onError?(code: LookoutError['code']): void;
  /** A complete frame arrived, accepted or not. @param stampMs by the publisher's clock */
  onArrival?(arrival: { stampMs: number | null; receivedMs: number; bytes: number; width: number }): void;
  /** A timestamp was unusable and replaced by the arrival time. */
  onStampReplaced?(): void;
}

/** Consecutive errors before the socket is closed. */
const MAX_ERRORS = 20;
const MAX_TEXT_BYTES = 16 * 1024;
/** The contract allows 60 frames per second; after a network stall, several may arrive at once. */
const MAX_FPS = 60;
const BURST_FRAMES = 15;

const messageTypes = PublisherMessage.options.map((option) => option.shape.type.value as string);

/**
 * The server's side of one publisher's connection: handles its messages, reports errors to it, and passes frames on. Independent
 * of the socket: messages go in, replies go out through the port.
 */
export class PublisherSession implements Publisher {
  readonly #options: PublisherSessionOptions;
  readonly #clock = new FrameClock();
  readonly #limit: RateLimiter;
  #pending: GivenMetadata | undefined;
  /** The metadata was rejected, so the frame that belongs to it is skipped without another error. */
  #skipsPicture = false;
  #errors = 0;
  #undecodable = 0;
  #ended = false;

  constructor(options: PublisherSessionOptions) {
    this.#options = options;
    this.#limit = new RateLimiter({ burst: BURST_FRAMES, perSecond: MAX_FPS, maxPeers: 1, now: options.now });
  }

  /** @param message UTF-8 */
  text(message: Uint8Array): void {
    if (this.#ended) return;
    if (message.length > MAX_TEXT_BYTES) {
      this.#refuse(
        'payload_too_large',
        `Text message of ${message.length} bytes exceeds the limit of ${MAX_TEXT_BYTES} bytes`,
      );
      return;
    }
    const parsed = parse(message);
    if (parsed instanceof LookoutError) {
      if (parsed.message.startsWith('frame_metadata')) {
        this.#pending = undefined;
        this.#skipsPicture = true;
      }
      this.#refuse(parsed.code, parsed.message);
      return;
    }
    switch (parsed.type) {
      case 'frame_metadata': {
        const unused = this.#pending;
        this.#pending = parsed;
        this.#skipsPicture = false;
        if (unused) this.#refuse('message_invalid', `No JPEG followed the metadata of frame ${unused.frameNumber}`);
        break;
      }
      case 'ping':
        this.#options.port.send(JSON.stringify({ type: 'pong', t0: parsed.t0, t1: toEpochMs(this.#options.now()) }));
        break;
      case 'pong':
        break;
    }
  }

  /** @param message the JPEG; the session may keep the buffer */
  binary(message: Uint8Array): void {
    if (this.#ended) return;
    const { target, now } = this.#options;
    const metadata = this.#pending;
    this.#pending = undefined;
    target.bytes(this, message.length);
    if (!metadata) {
      if (this.#skipsPicture) this.#skipsPicture = false;
      else this.#refuse('message_invalid', 'Expected frame_metadata before the binary message');
      return;
    }
    const arrivalMs = now();
    const { timestamp, width } = metadata;
    const stampMs = timestamp === null ? null : fromEpochMs(timestamp);
    this.#options.onArrival?.({ stampMs, receivedMs: arrivalMs, bytes: message.length, width });
    if (this.#limit.take('frames') > 0) {
      target.throttled(this, arrivalMs);
      return;
    }
    try {
      checkPublishedFrame(metadata, message);
    } catch (error) {
      if (!(error instanceof LookoutError)) throw error;
      target.invalid(this, error);
      this.#refuse(error.code, error.message);
      return;
    }
    this.#errors = 0;
    const { timestampMs, replaced } = this.#clock.stamp(stampMs, arrivalMs, this.#options.roundTrips());
    if (replaced) this.#options.onStampReplaced?.();
    const { frameNumber, height } = metadata;
    target.frame(this, { frameNumber, width, height, timestampMs, jpeg: ownBytes(message) });
  }

  undecodable(error: LookoutError): void {
    this.#undecodable++;
    this.#answer(error.code, error.message, this.#undecodable);
  }

  decoded(): void {
    this.#undecodable = 0;
  }

  /** Stops handling and sending messages: the caller has already notified the peer. */
  stop(): void {
    this.#ended = true;
  }

  end(reason: 'replaced' | 'camera_off'): void {
    if (this.#ended) return;
    this.#ended = true;
    const message =
      reason === 'replaced'
        ? 'Another publisher connected with this link and replaced this one'
        : 'This camera was switched off';
    this.#sendError(reason, message);
    this.#options.port.close(SOCKET_CLOSE[reason], reason);
  }

  #refuse(code: LookoutError['code'], message: string): void {
    this.#errors++;
    this.#answer(code, message, this.#errors);
  }

  #answer(code: LookoutError['code'], message: string, inRow: number): void {
    if (this.#ended) return;
    this.#options.onError?.(code);
    this.#sendError(code, message);
    if (inRow < MAX_ERRORS) return;
    this.#ended = true;
    this.#options.port.close(1008, `${MAX_ERRORS} errors in a row`);
  }

  #sendError(code: LookoutError['code'], message: string): void {
    this.#options.port.send(JSON.stringify({ type: 'error', code, message } satisfies SocketError));
  }
}

/** A message of the contract, or an error. Errors in metadata begin with its message type. */
function parse(message: Uint8Array): PublisherMessage | LookoutError {
  let value: unknown;
  try {
    value = JSON.parse(boundJson(message).text);
  } catch (error) {
    if (error instanceof LookoutError) return new LookoutError('message_invalid', error.message);
    return new LookoutError('message_invalid', 'The text message is not valid JSON');
  }
  const result = PublisherMessage.safeParse(value);
  if (result.success) return result.data;
  const type = typeof value === 'object' && value !== null ? (value as { type?: unknown }).type : undefined;
  if (typeof type !== 'string' || !messageTypes.includes(type)) {
    return new LookoutError('message_unknown', `Expected a message of type ${messageTypes.join(', ')}`);
  }
  const issue = result.error.issues[0];
  return new LookoutError('message_invalid', `${type}: ${issue?.path.join('.')}: ${issue?.message}`);
}
