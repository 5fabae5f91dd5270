import { LookoutError } from '@lookout/protocol';

enum State {
  /** The length of a chunk, in hexadecimal. */
  Size,
  /** What may stand behind the length, up to the line's end. */
  Extension,
  Data,
  /** The line's end behind the data. */
  DataEnd,
  /** Behind the last chunk. */
  Ended,
}

const CR = 0x0d;
const LF = 0x0a;
const SPACE = 0x20;
const SEMICOLON = 0x3b;
/** Twelve digits are 256 TB. */
const MAX_DIGITS = 12;
const MAX_EXTENSION_BYTES = 4096;

/**
 * Takes the chunks of HTTP/1.1 apart (RFC 9112, section 7.1), without IO and without copying. Lines may end with LF alone, as cameras
 * write them; trailers are not looked at.
 */
export class ChunkedDecoder {
  #state = State.Size;
  /** Of the chunk: still to come. */
  #left = 0;
  #digits = 0;
  #extensionBytes = 0;

  /** Whether the last chunk has been seen. */
  get ended(): boolean {
    return this.#state === State.Ended;
  }

  /**
   * @param onData gets each piece of the body that is in `bytes`, as a view.
   * @throws LookoutError `source_protocol_error`; what `onData` throws.
   */
  push(bytes: Buffer, onData: (piece: Buffer) => void): void {
    for (let at = 0; at < bytes.length && this.#state !== State.Ended; ) {
      if (this.#state === State.Data) {
        const end = Math.min(bytes.length, at + this.#left);
        this.#left -= end - at;
        if (this.#left === 0) this.#state = State.DataEnd;
        onData(at === 0 && end === bytes.length ? bytes : bytes.subarray(at, end));
        at = end;
      } else this.#step(bytes[at++]!);
    }
  }

  #step(byte: number): void {
    switch (this.#state) {
      case State.Size:
        this.#size(byte);
        break;
      case State.Extension:
        if (byte === LF) this.#begin();
        else if (++this.#extensionBytes > MAX_EXTENSION_BYTES) throw broken('a line without end before a chunk');
        break;
      default:
        if (byte === LF) this.#state = State.Size;
        else if (byte !== CR) throw broken('a chunk longer than it says');
    }
  }

  #size(byte: number): void {
    const digit = hexDigit(byte);
    if (digit >= 0) {
      if (++this.#digits > MAX_DIGITS) throw broken('a chunk of absurd length');
      this.#left = this.#left * 16 + digit;
      return;
    }
    if (this.#digits === 0) throw broken('a chunk without its length');
    if (byte === LF) this.#begin();
    else if (byte === CR || byte === SPACE || byte === SEMICOLON) this.#state = State.Extension;
    else throw broken('a chunk without its length');
  }

  #begin(): void {
    this.#state = this.#left === 0 ? State.Ended : State.Data;
    this.#digits = 0;
    this.#extensionBytes = 0;
  }
}

/** −1 for what is none. */
function hexDigit(byte: number): number {
  if (byte >= 0x30 && byte <= 0x39) return byte - 0x30;
  const letter = byte | 0x20;
  return letter >= 0x61 && letter <= 0x66 ? letter - 0x57 : -1;
}

function broken(what: string): LookoutError {
  return new LookoutError('source_protocol_error', `The camera's answer breaks the rules of HTTP: ${what}`);
}
