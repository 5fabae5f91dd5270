import { type Amf0Object, type Amf0Value, isAmf0Object, readAmf0 } from './amf0.js';
import { ChunkReader } from './chunk-reader.js';
import { CommandWriter } from './command-writer.js';
import { VIDEO_FOURCCS } from './flv-video.js';
import { Handshake } from './handshake.js';
import { MESSAGE, type RtmpMessage, USER_CONTROL } from './message.js';
import { type RtmpMetadata, text } from './metadata.js';
import { PublishedMedia, type RtmpVideoPacket } from './published-media.js';
import { malformed, overLimit, type RtmpEnd, type RtmpEndReason, RtmpError } from './rtmp-error.js';
import { APP, isOurApp, streamKey } from './stream-key.js';

export interface PublishRequest {
  readonly key: string;
  /** Name and version of the client, such as `FMLE/3.0 (compatible; Lavf61.1.100)`. */
  readonly agent: string | undefined;
}

export interface RtmpSessionHandlers {
  /** Bytes for the client. */
  send(bytes: Buffer): void;
  /** The client wants to publish. Answer with `accept()` or `refuse()`, now or later; until then it should not be read. */
  onPublishRequest(request: PublishRequest): void;
  onPacket(packet: RtmpVideoPacket): void;
  onMetadata(metadata: RtmpMetadata): void;
  /** Called once, last. What has been sent before should still reach the client. */
  onEnd(end: RtmpEnd): void;
}

/** Before the key is checked, there are only commands. */
export const MAX_COMMAND_BYTES = 65_536;
/** A keyframe in 4K at a high quality has 1 to 2 MiB. */
export const MAX_MEDIA_BYTES = 4 * 1024 ** 2;
export const MAX_MESSAGE_STREAMS = 8;
/** Bytes that arrive while the key is being checked. */
export const MAX_HELD_BYTES = 262_144;
const MAX_KEY_CHARACTERS = 256;

const CHUNK_BYTES = 4096;
const WINDOW_BYTES = 2_500_000;
/** Clients look at the version to see whether the server is of a kind they know. */
const SERVER_VERSION = 'FMS/3,0,1,123';
const CAPABILITIES = 31;
/** Enhanced RTMP: frames of this FourCC can be decoded. */
const CAN_DECODE = 1;

type State = 'connecting' | 'connected' | 'deciding' | 'publishing' | 'ended';

/**
 * The server's side of one RTMP connection of a publisher: bytes in, video packets and bytes out. It has no socket and no clock, and
 * throws nothing for what a client sends. Follows RTMP 1.0 (Adobe, 2012) and enhanced RTMP v1 and v2 (Veovera), as far as publishing.
 */
export class RtmpSession {
  readonly #handlers: RtmpSessionHandlers;
  readonly #handshake: Handshake;
  readonly #writer: CommandWriter;
  readonly #reader: ChunkReader;
  readonly #media: PublishedMedia;
  #state: State = 'connecting';
  #held: Buffer | undefined;
  #app = '';
  #agent: string | undefined;
  readonly #messageStreams = new Set<number>();
  #lastMessageStream = 0;
  #announced = false;
  #publishedStream = 0;
  #receivedBytes = 0;
  #acknowledgedBytes = 0;
  #windowBytes = WINDOW_BYTES;

  constructor(handlers: RtmpSessionHandlers) {
    this.#handlers = handlers;
    const send = (bytes: Buffer) => handlers.send(bytes);
    this.#handshake = new Handshake(send);
    this.#writer = new CommandWriter(send);
    this.#reader = new ChunkReader(MAX_COMMAND_BYTES, (message) => this.#onMessage(message));
    this.#media = new PublishedMedia({
      onPacket: (packet) => handlers.onPacket(packet),
      onMetadata: (metadata) => handlers.onMetadata(metadata),
    });
  }

  get isPublishing(): boolean {
    return this.#state === 'publishing';
  }

  get receivedBytes(): number {
    return this.#receivedBytes;
  }

  /** Messages that carried no video: audio, and what is not understood. */
  get counts(): { readonly audio: number; readonly ignored: number } {
    return this.#media.counts;
  }

  /** @param bytes from the client; may be overwritten afterwards */
  push(bytes: Buffer): void {
    if (this.#state === 'ended') return;
    this.#receivedBytes += bytes.length;
    this.#guard(() => {
      this.#read(bytes);
      this.#acknowledge();
    });
  }

  /** Answers `onPublishRequest`: media follows. No effect if the session has ended. */
  accept(): void {
    if (this.#state !== 'deciding') return;
    this.#guard(() => {
      this.#state = 'publishing';
      this.#writer.streamBegin(this.#publishedStream);
      const started = status('status', 'NetStream.Publish.Start', 'Publishing');
      if (this.#announced) this.#writer.status('onFCPublish', 0, started);
      this.#writer.status('onStatus', this.#publishedStream, started);
      this.#reader.maxMessageBytes = MAX_MEDIA_BYTES;
      this.#reader.isPaused = false;
      const held = this.#held;
      this.#held = undefined;
      if (held) this.#read(held);
    });
  }

  /** Answers `onPublishRequest`, and ends the session. @param description for the client */
  refuse(description: string): void {
    if (this.#state === 'deciding') this.end('refused', description);
  }

  /** Ends the session from this side. No effect if it has ended. @param message for the publisher, too */
  end(reason: RtmpEndReason, message: string): void {
    if (this.#state === 'deciding') this.#status('error', 'NetStream.Publish.BadName', message);
    if (this.#state === 'publishing') this.#status('error', 'NetStream.Publish.Rejected', message);
    this.#finish(reason, message);
  }

  #guard(action: () => void): void {
    try {
      action();
    } catch (error) {
      if (!(error instanceof RtmpError)) throw error;
      this.end(error.reason, error.message);
    }
  }

  #finish(reason: RtmpEndReason, message: string): void {
    if (this.#state === 'ended') return;
    this.#state = 'ended';
    this.#held = undefined;
    this.#reader.isPaused = true;
    this.#handlers.onEnd({ reason, message });
  }

  #read(bytes: Buffer): void {
    const chunks = this.#handshake.isDone ? bytes : bytes.subarray(this.#handshake.push(bytes));
    const rest = chunks.subarray(this.#state === 'deciding' ? 0 : this.#reader.push(chunks));
    if (rest.length === 0 || this.#state !== 'deciding') return;
    if ((this.#held?.length ?? 0) + rest.length > MAX_HELD_BYTES) {
      throw overLimit(`More than ${MAX_HELD_BYTES} bytes arrived before the key was checked`);
    }
    this.#held = Buffer.concat([this.#held ?? Buffer.alloc(0), rest]);
  }

  #acknowledge(): void {
    if (this.#state === 'ended' || this.#receivedBytes - this.#acknowledgedBytes < this.#windowBytes) return;
    if (!this.#handshake.isDone) return;
    this.#acknowledgedBytes = this.#receivedBytes;
    this.#writer.acknowledge(this.#receivedBytes);
  }

  #onMessage(message: RtmpMessage): void {
    const { typeId, payload } = message;
    if (typeId === MESSAGE.commandAmf0) this.#onCommand(message.messageStreamId, payload);
    // AMF3 commands begin with a byte of their own; what follows is AMF0 as long as no AMF3 was agreed.
    else if (typeId === MESSAGE.commandAmf3) this.#onCommand(message.messageStreamId, payload.subarray(1));
    else if (typeId === MESSAGE.userControl) this.#onUserControl(payload);
    else if (typeId === MESSAGE.windowAcknowledgementSize) this.#onWindowSize(payload);
    else if (this.#state === 'publishing') this.#media.push(message);
  }

  #onUserControl(payload: Buffer): void {
    const isPing = payload.length >= 6 && payload.readUInt16BE(0) === USER_CONTROL.pingRequest;
    if (isPing) this.#writer.pong(payload.subarray(2, 6));
  }

  #onWindowSize(payload: Buffer): void {
    const bytes = payload.length >= 4 ? payload.readUInt32BE(0) : 0;
    if (bytes > 0) this.#windowBytes = bytes;
  }

  #onCommand(messageStreamId: number, payload: Buffer): void {
    const [name, transaction, command, ...values] = readAmf0(payload);
    if (typeof name !== 'string') throw malformed('A command has no name');
    const transactionId = typeof transaction === 'number' ? transaction : 0;
    if (name === 'connect') this.#onConnect(transactionId, command);
    else if (this.#state === 'connecting') throw malformed('The client sent a command before connect');
    else if (name === 'createStream') this.#onCreateStream(transactionId);
    else if (name === 'publish') this.#onPublish(messageStreamId, values[0]);
    else if (name === 'play' || name === 'play2') this.#onPlay(messageStreamId);
    else if (name === 'releaseStream') this.#writer.result(transactionId, null, undefined);
    else if (name === 'FCPublish') this.#onFcPublish(transactionId);
    else if (name === 'FCUnpublish') this.#onFcUnpublish(transactionId);
    else if (name === 'closeStream') this.#onUnpublish();
    else if (name === 'deleteStream') this.#onDeleteStream(values[0]);
    // Others, such as _checkbw, get no answer: no publisher waits for one.
  }

  #onConnect(transactionId: number, command: Amf0Value): void {
    if (this.#state !== 'connecting') throw malformed('The client sent connect twice');
    const { app, flashVer, fourCcList, videoFourCcInfoMap }: Amf0Object = isAmf0Object(command) ? command : {};
    if (typeof app !== 'string' || !isOurApp(app)) {
      const description = `The address must be rtmp://HOST/${APP}/KEY`;
      this.#writer.error(transactionId, null, status('error', 'NetConnection.Connect.InvalidApp', description));
      this.#finish('wrong_app', description);
      return;
    }
    this.#app = app;
    this.#agent = text(flashVer);
    this.#state = 'connected';
    this.#writer.setWindowSize(WINDOW_BYTES);
    this.#writer.setPeerBandwidth(WINDOW_BYTES);
    this.#writer.setChunkSize(CHUNK_BYTES);
    const knowsEnhanced = fourCcList !== undefined || videoFourCcInfoMap !== undefined;
    const codecs = Object.fromEntries(VIDEO_FOURCCS.map((fourcc) => [fourcc, CAN_DECODE]));
    this.#writer.result(
      transactionId,
      { fmsVer: SERVER_VERSION, capabilities: CAPABILITIES },
      {
        ...status('status', 'NetConnection.Connect.Success', 'Connected'),
        objectEncoding: 0,
        ...(knowsEnhanced && { videoFourCcInfoMap: codecs }),
      },
    );
  }

  #onCreateStream(transactionId: number): void {
    if (this.#messageStreams.size >= MAX_MESSAGE_STREAMS) {
      throw overLimit(`The client created more than ${MAX_MESSAGE_STREAMS} streams`);
    }
    this.#lastMessageStream += 1;
    this.#messageStreams.add(this.#lastMessageStream);
    this.#writer.result(transactionId, null, this.#lastMessageStream);
  }

  #onPublish(messageStreamId: number, name: Amf0Value): void {
    if (this.#state !== 'connected') throw malformed('The client published a second stream on one connection');
    this.#publishedStream = messageStreamId;
    this.#state = 'deciding';
    const key = streamKey(this.#app, typeof name === 'string' ? name : '');
    this.#reader.isPaused = true;
    if (key === '') this.refuse(`The stream key is missing: publish to rtmp://HOST/${APP}/KEY`);
    else if (key.length > MAX_KEY_CHARACTERS) this.refuse('The key is too long');
    else this.#handlers.onPublishRequest({ key, agent: this.#agent });
  }

  #onPlay(messageStreamId: number): void {
    this.#publishedStream = messageStreamId;
    this.#status('error', 'NetStream.Play.Failed', 'This server accepts RTMP publishers only; it has no RTMP playback');
    this.#finish('play_refused', 'The client tried to play a stream');
  }

  /** Encoders in the style of Flash Media Live Encoder announce the stream; they are told of its start in their own way, too. */
  #onFcPublish(transactionId: number): void {
    this.#announced = true;
    this.#writer.result(transactionId, null, undefined);
  }

  #onFcUnpublish(transactionId: number): void {
    this.#writer.status('onFCUnpublish', 0, status('status', 'NetStream.Unpublish.Success', 'Stopped'));
    this.#writer.result(transactionId, null, undefined);
    this.#onUnpublish();
  }

  #onDeleteStream(messageStreamId: Amf0Value): void {
    if (typeof messageStreamId === 'number') this.#messageStreams.delete(messageStreamId);
    this.#onUnpublish();
  }

  #onUnpublish(): void {
    if (this.#state !== 'publishing') return;
    this.#status('status', 'NetStream.Unpublish.Success', 'Stopped');
    this.#finish('unpublished', 'The publisher stopped');
  }

  #status(level: 'status' | 'error', code: string, description: string): void {
    this.#writer.status('onStatus', this.#publishedStream, status(level, code, description));
  }
}

function status(level: 'status' | 'error', code: string, description: string): Amf0Object {
  return { level, code, description };
}
