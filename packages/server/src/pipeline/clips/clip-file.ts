import { createReadStream } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';

/** One frame of a recording. */
export interface RecordedFrame {
  /** Unix epoch ms. */
  timestampMs: number;
  jpeg: Uint8Array;
}

/** Before each JPEG: its time (a 64-bit float) and its length (32 bits), big-endian. */
const HEADER_BYTES = 12;
/** A longer JPEG is taken for damage. */
const MAX_JPEG_BYTES = 64 * 1024 * 1024;

/** Bytes that a frame takes in a file. */
export function recordedBytes(jpeg: Uint8Array): number {
  return HEADER_BYTES + jpeg.byteLength;
}

/** Writes frames to a file, one after another. A process that is killed leaves a file of all frames but the last. */
export class ClipFileWriter {
  readonly #file: FileHandle;

  private constructor(file: FileHandle) {
    this.#file = file;
  }

  /** @throws as `open` of `node:fs`, also if the file exists */
  static async create(path: string): Promise<ClipFileWriter> {
    return new ClipFileWriter(await open(path, 'wx', 0o600));
  }

  async append(frames: readonly RecordedFrame[]): Promise<void> {
    await this.#file.appendFile(
      Buffer.concat(frames.flatMap(({ timestampMs, jpeg }) => [headerOf(timestampMs, jpeg), jpeg])),
    );
  }

  close(): Promise<void> {
    return this.#file.close();
  }
}

/** The complete frames of a file, in order; what follows a damaged one is left out. */
export async function* readClipFile(path: string): AsyncGenerator<RecordedFrame, void, void> {
  let held: Buffer = Buffer.alloc(0);
  for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
    held = held.length === 0 ? (chunk as Buffer) : Buffer.concat([held, chunk as Buffer]);
    while (held.length >= HEADER_BYTES) {
      const timestampMs = held.readDoubleBE(0);
      const end = HEADER_BYTES + held.readUInt32BE(8);
      if (!Number.isFinite(timestampMs) || end > MAX_JPEG_BYTES) return;
      if (held.length < end) break;
      yield { timestampMs, jpeg: held.subarray(HEADER_BYTES, end) };
      held = held.subarray(end);
    }
  }
}

/** Times of the first and last complete frame of a file, found without reading the pictures; undefined if there is none. */
export async function clipFileSpan(path: string): Promise<{ startMs: number; endMs: number } | undefined> {
  await using file = await open(path, 'r');
  const { size } = await file.stat();
  const header = Buffer.alloc(HEADER_BYTES);
  let span: { startMs: number; endMs: number } | undefined;
  for (let at = 0; at + HEADER_BYTES <= size; ) {
    await file.read(header, 0, HEADER_BYTES, at);
    const timestampMs = header.readDoubleBE(0);
    at += HEADER_BYTES + header.readUInt32BE(8);
    if (!Number.isFinite(timestampMs) || at > size) break;
    span = { startMs: span?.startMs ?? timestampMs, endMs: timestampMs };
  }
  return span;
}

function headerOf(timestampMs: number, { byteLength }: Uint8Array): Buffer {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeDoubleBE(timestampMs, 0);
  header.writeUInt32BE(byteLength, 8);
  return header;
}
