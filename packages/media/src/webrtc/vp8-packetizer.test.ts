import { expect, it } from 'vitest';
import type { EncodedPacket } from '../encoded/encoded-packet.js';
import type { AccessUnit } from '../rtsp/depacketizer.js';
import { Vp8Depacketizer } from './vp8-depacketizer.js';
import { packetizeVp8 } from './vp8-packetizer.js';

const FORMAT = { codec: 'vp8', framing: 'none', fps: null } as const;

/** The lowest bit of a keyframe's first byte is 0. */
function frame(length: number): EncodedPacket {
  const data = Uint8Array.from({ length }, (_, index) => (index * 2) % 256);
  return { data, format: FORMAT, keyframe: true, ptsMs: 0, dtsMs: 0, timestampMs: 0 };
}

it.each([1, 1199, 1200, 5000])('makes packets of a frame of %i bytes that give the frame again', (length) => {
  const given = frame(length);
  const payloads = packetizeVp8(given);
  expect(Math.max(...payloads.map((payload) => payload.length))).toBeLessThanOrEqual(1200);
  const units: AccessUnit[] = [];
  const depacketizer = new Vp8Depacketizer({
    onAccessUnit: (unit) => void units.push(unit),
    onLost: expect.unreachable,
  });
  payloads.forEach((payload, index) => {
    const marker = index === payloads.length - 1;
    depacketizer.push({ payload, marker, payloadType: 96, sequenceNumber: index, timestamp: 7, ssrc: 1 }, 0);
  });
  expect(units).toEqual([{ data: given.data, rtpTimestamp: 7, arrivalMs: 0, keyframe: true }]);
});
