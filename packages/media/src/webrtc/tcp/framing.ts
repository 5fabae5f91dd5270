const LENGTH_BYTES = 2;
/** Packets of WebRTC keep below the MTU of the network. */
export const MAX_PACKET_BYTES = 4096;

/** A packet as it travels over TCP: behind its length (RFC 4571 §2). */
export function framed(packet: Uint8Array): Buffer {
  const frame = Buffer.allocUnsafe(LENGTH_BYTES + packet.byteLength);
  frame.writeUInt16BE(packet.byteLength, 0);
  frame.set(packet, LENGTH_BYTES);
  return frame;
}

/** Finds the packets in what a TCP connection brings. It keeps less than one packet. */
export class FrameReader {
  #rest: Buffer = Buffer.alloc(0);

  /**
   * The packets that end in this chunk, not copied. Empty ones, which keep a connection open, are left out.
   * @throws RangeError if one is larger than `MAX_PACKET_BYTES`; nothing can be read after that
   */
  push(chunk: Buffer): Buffer[] {
    const bytes = this.#rest.length === 0 ? chunk : Buffer.concat([this.#rest, chunk]);
    const packets: Buffer[] = [];
    let at = 0;
    while (bytes.length - at >= LENGTH_BYTES) {
      const length = bytes.readUInt16BE(at);
      if (length > MAX_PACKET_BYTES)
        throw new RangeError(`A packet of ${length} bytes; expected ${MAX_PACKET_BYTES} at most`);
      const end = at + LENGTH_BYTES + length;
      if (end > bytes.length) break;
      if (length > 0) packets.push(bytes.subarray(at + LENGTH_BYTES, end));
      at = end;
    }
    // A copy: a part would keep the whole chunk.
    this.#rest = Buffer.from(bytes.subarray(at));
    return packets;
  }
}
