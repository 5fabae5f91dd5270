import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { CaptureAttempt } from '../capture/capture-attempt.js';
import type { EncodedPacket } from '../encoded/encoded-packet.js';
import { makeClip } from './clips.js';

/**
 * Packets of two seconds of H.264, 25 a second with a keyframe each second, made by FFmpeg. Takes as long as it plays.
 * @param framing `length-prefixed` as in MP4 and RTMP, with parameter sets in the format; `annexb` with them in the packets
 */
export async function encodedClip(framing: 'annexb' | 'length-prefixed', size = '320x240'): Promise<EncodedPacket[]> {
  const folder = mkdtempSync(join(tmpdir(), 'lookout-clip-'));
  try {
    const url = makeClip(folder, framing === 'annexb' ? 'clip.ts' : 'clip.mp4', size, '-bf', '0');
    const packets: EncodedPacket[] = [];
    const attempt = new CaptureAttempt({ kind: 'demux', url });
    attempt.demand({ framesFps: 0, packets: true });
    const ignored = () => undefined;
    await attempt.run(
      {
        onFrame: ignored,
        onInfo: ignored,
        onInvalid: ignored,
        onBytes: ignored,
        onPacket: (packet) => packets.push(packet),
      },
      new AbortController().signal,
    );
    return packets;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}
