import { type Amf0Object, type Amf0Value, writeAmf0 } from './amf0.js';
import {
  CONTROL_CHUNK_STREAM,
  CONTROL_MESSAGE_STREAM,
  INITIAL_CHUNK_BYTES,
  MESSAGE,
  USER_CONTROL,
  writeChunks,
} from './message.js';

const COMMAND_CHUNK_STREAM = 3;
const STATUS_CHUNK_STREAM = 5;

/** What the server writes: control messages, and commands in AMF0. */
export class CommandWriter {
  readonly #send: (bytes: Buffer) => void;
  #chunkBytes = INITIAL_CHUNK_BYTES;

  constructor(send: (bytes: Buffer) => void) {
    this.#send = send;
  }

  setChunkSize(bytes: number): void {
    this.#control(MESSAGE.setChunkSize, uint32(bytes));
    this.#chunkBytes = bytes;
  }

  acknowledge(receivedBytes: number): void {
    this.#control(MESSAGE.acknowledgement, uint32(receivedBytes % 2 ** 32));
  }

  setWindowSize(bytes: number): void {
    this.#control(MESSAGE.windowAcknowledgementSize, uint32(bytes));
  }

  setPeerBandwidth(bytes: number): void {
    const dynamic = 2;
    this.#control(MESSAGE.setPeerBandwidth, Buffer.concat([uint32(bytes), Buffer.of(dynamic)]));
  }

  streamBegin(messageStreamId: number): void {
    this.#control(MESSAGE.userControl, Buffer.concat([uint16(USER_CONTROL.streamBegin), uint32(messageStreamId)]));
  }

  /** @param data of the ping request */
  pong(data: Buffer): void {
    this.#control(MESSAGE.userControl, Buffer.concat([uint16(USER_CONTROL.pingResponse), data]));
  }

  /** Answers the command with this transaction id. */
  result(transactionId: number, ...values: Amf0Value[]): void {
    this.#command(COMMAND_CHUNK_STREAM, CONTROL_MESSAGE_STREAM, ['_result', transactionId, ...values]);
  }

  error(transactionId: number, ...values: Amf0Value[]): void {
    this.#command(COMMAND_CHUNK_STREAM, CONTROL_MESSAGE_STREAM, ['_error', transactionId, ...values]);
  }

  /** A notification about a stream: `onStatus`, `onFCPublish` … */
  status(name: string, messageStreamId: number, info: Amf0Object): void {
    this.#command(STATUS_CHUNK_STREAM, messageStreamId, [name, 0, null, info]);
  }

  #command(chunkStreamId: number, messageStreamId: number, values: readonly Amf0Value[]): void {
    this.#write(chunkStreamId, MESSAGE.commandAmf0, messageStreamId, writeAmf0(values));
  }

  #control(typeId: number, payload: Buffer): void {
    this.#write(CONTROL_CHUNK_STREAM, typeId, CONTROL_MESSAGE_STREAM, payload);
  }

  #write(chunkStreamId: number, typeId: number, messageStreamId: number, payload: Buffer): void {
    this.#send(writeChunks({ typeId, messageStreamId, timestampMs: 0, payload }, chunkStreamId, this.#chunkBytes));
  }
}

function uint16(value: number): Buffer {
  const bytes = Buffer.alloc(2);
  bytes.writeUInt16BE(value);
  return bytes;
}

function uint32(value: number): Buffer {
  const bytes = Buffer.alloc(4);
  bytes.writeUInt32BE(value);
  return bytes;
}
