import type { EncodedStream } from '@lookout/media';
import { OwnerStream, type OwnerStreamOptions } from './owner-stream.js';
import { MAX_PACKET_BYTES, PacketReader, type PacketRequest } from './packet-message.js';

export interface PeerPacketsOptions extends OwnerStreamOptions {
  /** Where they go. It is cleared with each connection that ends: its takers continue with the next keyframe. */
  readonly stream: EncodedStream;
  now(): number;
}

/** The encoded packets of a camera that another node reads: one stream, however many play its video here. @returns one that has started */
export function openPeerPackets({ stream, ...options }: PeerPacketsOptions): OwnerStream {
  const taken: PacketRequest = { type: 'taken' };
  const opened = new OwnerStream(options, {
    kind: 'packets',
    maxPayload: MAX_PACKET_BYTES,
    begin: (clock) => {
      const reader = new PacketReader(clock, options.now);
      return (message) => {
        stream.put(reader.read(message));
        opened.say(taken);
      };
    },
    onEnded: () => stream.clear(),
  });
  opened.start();
  return opened;
}
