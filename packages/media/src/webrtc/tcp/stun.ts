import { createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import { crc32 } from 'node:zlib';

/** RFC 8489: types of messages (§5) and of attributes (§18.3). */
const TYPE = { REQUEST: 0x0001, RESPONSE: 0x0101 } as const;
const ATTRIBUTE = { USERNAME: 0x0006, INTEGRITY: 0x0008, FINGERPRINT: 0x8028 } as const;
const COOKIE = 0x2112a442;
const HEADER_BYTES = 20;
const ID_AT = 8;
const INTEGRITY_BYTES = 20;
const FINGERPRINT_XOR = 0x5354554e;

/** A check of a peer's ICE agent. */
export interface BindingRequest {
  /** Of the agent that is checked, ours. */
  readonly ufrag: string;
  /** Whether the peer has the password of that agent. */
  isSignedWith(password: string): boolean;
}

/** @returns undefined if the packet is anything else */
export function readBindingRequest(packet: Buffer): BindingRequest | undefined {
  if (!isStun(packet, TYPE.REQUEST)) return undefined;
  const username = attribute(packet, ATTRIBUTE.USERNAME)?.value.toString('utf8');
  const signature = attribute(packet, ATTRIBUTE.INTEGRITY);
  if (username === undefined || signature?.value.length !== INTEGRITY_BYTES) return undefined;
  const { value, at } = signature;
  return {
    ufrag: username.split(':', 1)[0] ?? '',
    isSignedWith: (password) => timingSafeEqual(value, integrityOf(packet.subarray(0, at), password)),
  };
}

/** The transaction that a packet answers; undefined if it is no successful answer to a check. */
export function answeredTransaction(packet: Buffer): string | undefined {
  return isStun(packet, TYPE.RESPONSE) ? packet.toString('hex', ID_AT, HEADER_BYTES) : undefined;
}

/** A check of the peer's ICE agent. @param username theirs, a colon, ours @param password theirs */
export function bindingRequest(username: string, password: string): { packet: Buffer; transaction: string } {
  const header = Buffer.alloc(HEADER_BYTES);
  header.writeUInt16BE(TYPE.REQUEST, 0);
  header.writeUInt32BE(COOKIE, 4);
  randomBytes(HEADER_BYTES - ID_AT).copy(header, ID_AT);
  const named = Buffer.concat([header, attributeOf(ATTRIBUTE.USERNAME, Buffer.from(username))]);
  const signed = Buffer.concat([named, attributeOf(ATTRIBUTE.INTEGRITY, integrityOf(named, password))]);
  const sum = Buffer.alloc(4);
  sum.writeUInt32BE((crc32(withLength(signed, 8)) ^ FINGERPRINT_XOR) >>> 0);
  const packet = withLength(Buffer.concat([signed, attributeOf(ATTRIBUTE.FINGERPRINT, sum)]), 0);
  return { packet, transaction: packet.toString('hex', ID_AT, HEADER_BYTES) };
}

function isStun(packet: Buffer, type: number): boolean {
  return (
    packet.length >= HEADER_BYTES &&
    packet.readUInt16BE(0) === type &&
    packet.readUInt16BE(2) === packet.length - HEADER_BYTES &&
    packet.readUInt32BE(4) === COOKIE
  );
}

function attribute(packet: Buffer, wanted: number): { value: Buffer; at: number } | undefined {
  for (let at = HEADER_BYTES; at + 4 <= packet.length; ) {
    const length = packet.readUInt16BE(at + 2);
    if (packet.readUInt16BE(at) === wanted) return { value: packet.subarray(at + 4, at + 4 + length), at };
    at += 4 + padded(length);
  }
  return undefined;
}

function attributeOf(type: number, value: Buffer): Buffer {
  const bytes = Buffer.alloc(4 + padded(value.length));
  bytes.writeUInt16BE(type, 0);
  bytes.writeUInt16BE(value.length, 2);
  value.copy(bytes, 4);
  return bytes;
}

/** HMAC-SHA1 of what stands before the attribute, with the length as if the message ended with it (§14.5). */
function integrityOf(before: Buffer, password: string): Buffer {
  return createHmac('sha1', password)
    .update(withLength(before, 4 + INTEGRITY_BYTES))
    .digest();
}

/** A copy with the length of what is there and this many more bytes. */
function withLength(message: Buffer, more: number): Buffer {
  const copy = Buffer.from(message);
  copy.writeUInt16BE(message.length - HEADER_BYTES + more, 2);
  return copy;
}

function padded(length: number): number {
  return Math.ceil(length / 4) * 4;
}
