import type { EncodedPacket } from '../encoded/encoded-packet.js';
import { MAX_RTP_PAYLOAD_BYTES } from './h264-packetizer.js';

const DESCRIPTOR_BYTES = 1;
/** Bit S: the first packet of the frame's first partition. All other fields are optional (RFC 7741 §4.2). */
const START = 0x10;

/** RTP payloads of one frame of VP8 (RFC 7741). */
export function packetizeVp8({ data }: EncodedPacket, maxBytes = MAX_RTP_PAYLOAD_BYTES): Uint8Array[] {
  const payloads: Uint8Array[] = [];
  const bytesEach = maxBytes - DESCRIPTOR_BYTES;
  for (let at = 0; at < data.length; at += bytesEach) {
    const part = data.subarray(at, at + bytesEach);
    const payload = new Uint8Array(DESCRIPTOR_BYTES + part.length);
    payload[0] = at === 0 ? START : 0;
    payload.set(part, DESCRIPTOR_BYTES);
    payloads.push(payload);
  }
  return payloads;
}
