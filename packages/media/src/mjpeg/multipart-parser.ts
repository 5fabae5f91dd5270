import { LookoutError } from '@lookout/protocol/core';
import { isCompleteJpeg } from '../jpeg/jpeg-header.js';
import { GrowingBuffer } from '../source/growing-buffer.js';
import { JpegEndFinder, LOST, NEED_MORE, NESTED } from './jpeg-end-finder.js';
import { Delimiter, LineReader, PartHeaders } from './part-lines.js';

export interface MultipartParserOptions {
  /** The response's Content-Type. If it has no boundary, the first delimiter line sets it. */
  contentType?: string;
  /** Larger pictures are dropped and reported. Default 20 MB. */
  maxFrameBytes?: number;
  /** Maximum size of a line, and of all headers of a part. Default 16 KiB. */
  maxHeaderBytes?: number;
  /** If no delimiter or picture comes within this many bytes, it is not an MJPEG stream. Default 1 MiB. */
  maxPreambleBytes?: number;
}

export interface MultipartParserEvents {
  /** A complete picture, SOI to EOI. @param jpeg owns its buffer, of exactly its size. @param firstByteMs as given to `push`. */
  onJpeg(jpeg: Uint8Array<ArrayBuffer>, firstByteMs: number): void;
  /** A picture was dropped. The stream continues. */
  onInvalid(error: LookoutError): void;
  /** A part that is not a picture was skipped. @param contentType in lower case. */
  onForeignPart(contentType: string): void;
}

enum State {
  /** Between parts, line by line: delimiters, blank lines, headers without a delimiter, leftovers. */
  Between,
  Headers,
  /** After the headers, before the first byte of the picture. */
  BodyStart,
  Body,
  /** All announced bytes came without an EOI. The next bytes show whether the picture or its length is wrong. */
  Overrun,
  /** Inside a part that is not a picture, for its announced length. */
  Skip,
}

const CR = 0x0d;
const LF = 0x0a;
const DASH = 0x2d;
const SOI = Uint8Array.of(0xff, 0xd8);
/** Between a picture and the delimiter: CR LF CR LF, and some padding. */
const MAX_PADDING_BYTES = 16;

/**
 * Parses `multipart/x-mixed-replace` as cameras write it, and consecutive JPEGs without parts. Synchronous, no IO; accepts the body
 * (without HTTP chunking) in pieces of any size.
 *
 * A picture ends at its own EOI, found by walking its segments. So it is emitted with its last byte, and wrong lengths do no harm.
 * After a picture, everything up to the next delimiter line is skipped.
 */
export class MultipartParser {
  readonly #events: MultipartParserEvents;
  readonly #maxFrameBytes: number;
  readonly #maxPreambleBytes: number;
  readonly #maxHeaderBytes: number;
  readonly #line: LineReader;
  readonly #delimiter: Delimiter;
  readonly #headers: PartHeaders;
  readonly #finder = new JpegEndFinder();
  readonly #body = new GrowingBuffer();
  #state = State.Between;
  /** A delimiter or header was seen: from now on pictures begin only after delimiters. */
  #isMultipart = false;
  /** A picture may begin without headers: in a stream without delimiters, or right after one. */
  #rawAllowed = true;
  #lastWasFf = false;
  #preambleBytes = 0;
  #firstByteMs = 0;
  /** Announced length of the part, or what is left of a skipped one. Negative: none, or known to be wrong. */
  #announced = -1;
  /** The segments of the picture cannot be walked: it ends where its part ends. */
  #byLength = false;
  #padding: number[] = [];

  constructor(events: MultipartParserEvents, options: MultipartParserOptions = {}) {
    this.#events = events;
    this.#maxFrameBytes = options.maxFrameBytes ?? 20_000_000;
    this.#maxHeaderBytes = options.maxHeaderBytes ?? 16_384;
    this.#maxPreambleBytes = options.maxPreambleBytes ?? 1_048_576;
    this.#line = new LineReader(this.#maxHeaderBytes);
    this.#headers = new PartHeaders(this.#maxHeaderBytes);
    this.#delimiter = new Delimiter(options.contentType ?? '');
  }

  /**
   * @param bytes may be written over afterwards.
   * @param arrivedMs when it arrived: becomes the time stamp of pictures that begin in it.
   * @throws LookoutError `source_protocol_error` when this is no stream of pictures.
   */
  push(bytes: Uint8Array, arrivedMs: number): void {
    const chunk = Buffer.isBuffer(bytes) ? bytes : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    let at = 0;
    while (at < chunk.length) {
      switch (this.#state) {
        case State.Between:
          at = this.#readBetween(chunk, at, arrivedMs);
          break;
        case State.Headers:
          at = this.#readHeaders(chunk, at);
          break;
        case State.BodyStart:
          at = this.#readBodyStart(chunk, at, arrivedMs);
          break;
        case State.Body:
          at = this.#readBody(chunk, at, arrivedMs);
          break;
        case State.Overrun:
          at = this.#readOverrun(chunk, at);
          break;
        case State.Skip:
          at = this.#skip(chunk, at);
          break;
      }
    }
  }

  /** End of the body. An unfinished part is emitted if it ends as a JPEG, whatever length was announced; otherwise reported. */
  end(): void {
    const hasPicture = (this.#state === State.Body || this.#state === State.Overrun) && this.#body.length > 0;
    this.#state = State.Between;
    if (!hasPicture) return;
    const jpeg = this.#body.copy();
    if (isCompleteJpeg(jpeg)) this.#give(jpeg);
    else this.#reportBroken(jpeg.length, 'was cut off by the end of the connection');
  }

  /** No parts have been seen, and no picture is unfinished. */
  get isBetweenBarePictures(): boolean {
    return this.#state === State.Between && !this.#isMultipart;
  }

  #readBetween(chunk: Buffer, start: number, arrivedMs: number): number {
    const newline = chunk.indexOf(LF, start);
    const lineEnd = newline < 0 ? chunk.length : newline;
    if (this.#rawAllowed) {
      const picture = this.#findSoi(chunk, start, lineEnd);
      if (picture >= 0) {
        this.#announced = -1;
        this.#beginBody(arrivedMs);
        this.#finder.resetAfterSoi();
        this.#body.append(SOI);
        return picture;
      }
      this.#lastWasFf = chunk[lineEnd - 1] === 0xff;
    }
    this.#countPreamble(lineEnd - start);
    this.#line.append(chunk, start, lineEnd, true);
    if (newline < 0) return chunk.length;
    this.#lastWasFf = false;
    this.#endLineBetween();
    return newline + 1;
  }

  /** @returns the index after the first SOI that ends before `end`, and may begin in the previous chunk; -1 if there is none. */
  #findSoi(chunk: Buffer, start: number, end: number): number {
    if (this.#lastWasFf && chunk[start] === 0xd8) return start + 1;
    const line = chunk.subarray(start, end);
    for (let at = line.indexOf(0xff); at >= 0; at = line.indexOf(0xff, at + 1))
      if (line[at + 1] === 0xd8) return start + at + 2;
    return -1;
  }

  #countPreamble(bytes: number): void {
    if (this.#isMultipart) return;
    this.#preambleBytes += bytes;
    if (this.#preambleBytes > this.#maxPreambleBytes)
      throw new LookoutError(
        'source_protocol_error',
        `No picture and no multipart boundary in the first ${this.#maxPreambleBytes} bytes`,
        { hint: 'Open the address in a browser: it should show moving pictures, not a page or a file.' },
      );
  }

  #endLineBetween(): void {
    const line = this.#line.take();
    if (line === undefined || line === '') return;
    if (this.#delimiter.matches(line, this.#isMultipart)) this.#beginHeaders();
    // Firmware older than 2020 sends the first part without a delimiter before it.
    else if (this.#rawAllowed && PartHeaders.isHeader(line)) {
      this.#beginHeaders();
      this.#headers.add(line);
    }
  }

  #beginHeaders(): void {
    this.#isMultipart = true;
    this.#headers.reset();
    this.#line.restart();
    this.#state = State.Headers;
  }

  #readHeaders(chunk: Buffer, start: number): number {
    // A picture right after a header line: the blank line is missing.
    if (this.#line.isEmpty && chunk[start] === 0xff) {
      this.#endHeaders();
      return start;
    }
    const newline = chunk.indexOf(LF, start);
    this.#line.append(chunk, start, newline < 0 ? chunk.length : newline, false);
    if (newline < 0) return chunk.length;
    const line = this.#line.take();
    if (line === '') {
      if (this.#headers.isEmpty) this.#goBetween(true);
      else this.#endHeaders();
    } else if (line !== undefined && this.#delimiter.matches(line, this.#isMultipart)) this.#headers.reset();
    else if (line === undefined || !this.#headers.add(line)) {
      this.#events.onInvalid(
        new LookoutError('frame_invalid', `The headers of a part are longer than ${this.#maxHeaderBytes} bytes`),
      );
      this.#goBetween(false);
    }
    return newline + 1;
  }

  #endHeaders(): void {
    const { contentType, contentLength } = this.#headers;
    this.#announced = contentLength ?? -1;
    if (this.#headers.isForeign) {
      this.#events.onForeignPart(contentType);
      if (this.#announced > 0) this.#state = State.Skip;
      else this.#goBetween(false);
    } else if (this.#announced === 0) {
      // A keep-alive without a picture, or a camera that never sets the length: a picture may follow.
      this.#goBetween(true);
    } else if (this.#announced > this.#maxFrameBytes) {
      this.#reportTooLarge(this.#announced);
      this.#goBetween(false);
    } else {
      this.#padding = [];
      this.#state = State.BodyStart;
    }
  }

  #readBodyStart(chunk: Buffer, start: number, arrivedMs: number): number {
    const byte = chunk[start]!;
    if (byte === 0xff) {
      this.#beginBody(arrivedMs);
      this.#finder.reset();
      return start;
    }
    if ((byte === CR || byte === LF || byte === 0) && this.#padding.length < MAX_PADDING_BYTES) {
      this.#padding.push(byte);
      return start + 1;
    }
    if (byte !== DASH)
      this.#events.onInvalid(new LookoutError('frame_invalid', 'A part that should be a picture is no JPEG'));
    this.#goBetween(false);
    return start;
  }

  #beginBody(arrivedMs: number): void {
    this.#firstByteMs = arrivedMs;
    this.#body.clear();
    this.#byLength = false;
    this.#state = State.Body;
  }

  #readBody(chunk: Buffer, start: number, arrivedMs: number): number {
    const left = this.#announced < 0 ? Number.POSITIVE_INFINITY : this.#announced - this.#body.length;
    const view =
      start === 0 && left >= chunk.length ? chunk : chunk.subarray(start, Math.min(chunk.length, start + left));
    if (this.#byLength) return this.#readByLength(start, view, left);
    const end = this.#finder.push(view);
    if (end === NEED_MORE) return this.#keep(chunk, start, view, left);
    if (end === NESTED) {
      this.#reportBroken(this.#body.length + this.#finder.nextIndex - SOI.length, 'ends before its end marker');
      this.#announced = -1;
      this.#beginBody(arrivedMs);
      this.#finder.resetAfterSoi();
      this.#body.append(SOI);
      return start + this.#finder.nextIndex;
    }
    if (end === LOST && this.#announced > 0) {
      // Cameras write segments with wrong lengths, which decoders tolerate. The length of the part says where it ends.
      this.#byLength = true;
      return this.#readByLength(start, view, left);
    }
    if (end === LOST) {
      this.#reportBroken(this.#body.length + view.length, 'is not a readable JPEG');
      this.#goBetween(!this.#isMultipart);
      return start;
    }
    this.#body.append(view.subarray(0, end));
    if (this.#body.length > this.#maxFrameBytes) this.#reportTooLarge(this.#body.length);
    else this.#give(this.#body.copy());
    this.#goBetween(!this.#isMultipart);
    return start + end;
  }

  #readByLength(start: number, view: Uint8Array, left: number): number {
    this.#body.append(view);
    if (view.length === left) {
      const jpeg = this.#body.copy();
      if (isCompleteJpeg(jpeg)) this.#give(jpeg);
      else this.#reportBroken(jpeg.length, 'is not a readable JPEG');
      this.#goBetween(false);
    }
    return start + view.length;
  }

  #give(jpeg: Uint8Array<ArrayBuffer>): void {
    this.#preambleBytes = 0;
    // An SOI written twice: decoders and browsers refuse the second.
    this.#events.onJpeg(jpeg[2] === SOI[0] && jpeg[3] === SOI[1] ? jpeg.slice(2) : jpeg, this.#firstByteMs);
  }

  #keep(chunk: Buffer, start: number, view: Uint8Array, left: number): number {
    this.#body.append(view);
    if (this.#body.length > this.#maxFrameBytes) {
      this.#reportTooLarge(this.#body.length);
      this.#goBetween(!this.#isMultipart);
      return chunk.length;
    }
    if (view.length === left) {
      this.#padding = [];
      this.#state = State.Overrun;
    }
    return start + view.length;
  }

  #readOverrun(chunk: Buffer, start: number): number {
    const byte = chunk[start]!;
    const dashBefore = this.#padding.at(-1) === DASH;
    if (byte === DASH && dashBefore) {
      this.#reportBroken(this.#body.length, 'ends before its end marker');
      this.#goBetween(false);
      this.#line.restart('--');
      return start + 1;
    }
    const isPadding = byte === CR || byte === LF || byte === 0;
    if ((byte === DASH || (isPadding && !dashBefore)) && this.#padding.length < MAX_PADDING_BYTES) {
      this.#padding.push(byte);
      return start + 1;
    }
    // No delimiter follows: the announced length was too small, and the picture continues.
    this.#announced = -1;
    this.#state = State.Body;
    const peeked = Uint8Array.from(this.#padding);
    this.#padding = [];
    if (peeked.length > 0) this.push(peeked, this.#firstByteMs);
    return start;
  }

  #skip(chunk: Buffer, start: number): number {
    const step = Math.min(this.#announced, chunk.length - start);
    this.#announced -= step;
    if (this.#announced === 0) this.#goBetween(false);
    return start + step;
  }

  #goBetween(rawAllowed: boolean): void {
    this.#state = State.Between;
    this.#rawAllowed = rawAllowed;
    this.#lastWasFf = false;
    this.#line.restart();
  }

  #reportBroken(bytes: number, what: string): void {
    this.#events.onInvalid(
      new LookoutError('frame_invalid', `A picture of ${bytes} bytes ${what}`, {
        hint: 'If it happens often, the camera is short of memory or its network is lossy: lower its resolution or quality.',
      }),
    );
  }

  #reportTooLarge(bytes: number): void {
    this.#events.onInvalid(
      new LookoutError('frame_too_large', `A picture of ${bytes} bytes is over the limit of ${this.#maxFrameBytes}`, {
        hint: 'Lower the resolution or the quality on the camera.',
      }),
    );
  }
}
