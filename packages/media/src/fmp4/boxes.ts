/** A part of a box: bytes, or numbers that are bytes. */
export type Part = Uint8Array | readonly number[];

const HEADER_BYTES = 8;

/** A box of ISO/IEC 14496-12 §4.2. @param type four characters */
export function box(type: string, ...parts: Part[]): Uint8Array<ArrayBuffer> {
  const bytes = parts.reduce((sum, part) => sum + part.length, 0);
  return joined([boxHeader(type, bytes), ...parts]);
}

/** What precedes the contents of a box. @param contentBytes their size */
export function boxHeader(type: string, contentBytes: number): number[] {
  return [...u32(HEADER_BYTES + contentBytes), ...ascii(type)];
}

/** The parts one after another. */
export function joined(parts: readonly Part[]): Uint8Array<ArrayBuffer> {
  const bytes = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0));
  let at = 0;
  for (const part of parts) {
    bytes.set(part, at);
    at += part.length;
  }
  return bytes;
}

/** A box with a version and flags. */
export function fullBox(type: string, version: number, flags: number, ...parts: Part[]): Uint8Array<ArrayBuffer> {
  return box(type, u32(version * 2 ** 24 + flags), ...parts);
}

export function ascii(text: string): number[] {
  return Array.from(text, (character) => character.charCodeAt(0));
}

export function u16(value: number): number[] {
  return [(value >> 8) & 0xff, value & 0xff];
}

/** Negative numbers in two’s complement. */
export function u32(value: number): number[] {
  return [(value >> 24) & 0xff, (value >> 16) & 0xff, (value >> 8) & 0xff, value & 0xff];
}

/** @param value below 2 ** 53 */
export function u64(value: number): number[] {
  return [...u32(Math.floor(value / 2 ** 32)), ...u32(value % 2 ** 32)];
}

export function zeros(count: number): number[] {
  return new Array<number>(count).fill(0);
}
