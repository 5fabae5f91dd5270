import type { EncodedFormat, EncodedPacket } from '../encoded/encoded-packet.js';
import type { PacketMessage } from './messages.js';

/** A packet for another thread, with data of its own to transfer: what others hold here must stay. @param before the format sent last */
export function packetMessage({ format, ...packet }: EncodedPacket, before: EncodedFormat | undefined): PacketMessage {
  return {
    type: 'packet',
    packet: { ...packet, data: packet.data.slice() },
    ...(format !== before && { format }),
  };
}
