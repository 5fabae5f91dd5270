import { describe, expect, it } from 'vitest';
import type { EncodedFormat, EncodedPacket } from '../encoded/encoded-packet.js';
import { h264Codec } from '../rtsp/nal-codecs.js';
import { NalDepacketizer, toAnnexB } from '../rtsp/nal-depacketizer.js';
import { packetizeH264, profileLevelId } from './h264-packetizer.js';

const SPS = Uint8Array.of(0x67, 0x42, 0xc0, 0x1f, 9);
const PPS = Uint8Array.of(0x68, 7, 8);
const SEI = Uint8Array.of(0x06, 5, 1, 1, 0x80);
const DELIMITER = Uint8Array.of(0x09, 0xf0);

/** A slice whose first macroblock is the first. */
function slice(type: number, length: number): Uint8Array {
  return Uint8Array.from({ length }, (_, index) => (index === 0 ? type : index === 1 ? 0x88 : (index % 250) + 1));
}
const IDR = slice(0x65, 5000);

/** An avcC record with one SPS and one PPS, and lengths of this size. */
function avcc(lengthSize: number): Uint8Array {
  const set = (bytes: Uint8Array) => [0, bytes.length, ...bytes];
  return Uint8Array.of(1, 0x42, 0xc0, 0x1f, 0xfc | (lengthSize - 1), 0xe1, ...set(SPS), 1, ...set(PPS));
}

function packetOf(units: Uint8Array[], keyframe = true, format: Partial<EncodedFormat> = {}): EncodedPacket {
  const whole: EncodedFormat = { codec: 'h264', framing: 'annexb', fps: null, ...format };
  const prefixed = units.flatMap((unit) => [Buffer.of(unit.length >> 8, unit.length & 0xff), unit]);
  const data = whole.framing === 'annexb' ? toAnnexB(units) : Uint8Array.from(Buffer.concat(prefixed));
  return { data, format: whole, keyframe, ptsMs: 0, dtsMs: 0, timestampMs: 0 };
}

const plain = (payloads: Uint8Array[]) => payloads.map((payload) => Uint8Array.from(payload));

/** What a receiver makes of the payloads. */
function received(payloads: Uint8Array[]): { data: Uint8Array; keyframe: boolean }[] {
  const units: { data: Uint8Array; keyframe: boolean }[] = [];
  const sink = {
    onAccessUnit: (unit: { data: Uint8Array; keyframe: boolean }) => void units.push(unit),
    onLost: (reason: string) => expect.unreachable(reason),
  };
  const depacketizer = new NalDepacketizer(h264Codec, [], sink);
  payloads.forEach((payload, index) => {
    const marker = index === payloads.length - 1;
    depacketizer.push({ marker, payloadType: 96, sequenceNumber: index, timestamp: 1, ssrc: 1, payload }, 0);
  });
  return units;
}

describe('packetizeH264', () => {
  it('joins parameter sets, and splits what is larger than a packet', () => {
    const payloads = packetizeH264(packetOf([SPS, PPS, SEI, IDR]));
    expect(payloads[0]).toEqual(Buffer.from([0x78, 0, 5, ...SPS, 0, 3, ...PPS, 0, 5, ...SEI]));
    expect(payloads.length).toBe(1 + Math.ceil(4999 / 1198));
    expect(Math.max(...payloads.map(({ length }) => length))).toBe(1200);
    expect(received(payloads)).toMatchObject([{ data: toAnnexB([SPS, PPS, SEI, IDR]), keyframe: true }]);
  });

  it.each([
    ['Annex B', { framing: 'annexb', extradata: toAnnexB([SPS, PPS]) }],
    ['an avcC record', { framing: 'length-prefixed', extradata: avcc(2) }],
  ] as const)('puts the parameter sets of %s before a keyframe that has none', (_name, format) => {
    const payloads = packetizeH264(packetOf([IDR], true, format));
    expect(received(payloads)).toMatchObject([{ data: toAnnexB([SPS, PPS, IDR]), keyframe: true }]);
    expect(plain(packetizeH264(packetOf([slice(0x41, 50)], false, format)))).toEqual([slice(0x41, 50)]);
  });

  it('leaves out delimiters, and sends a small slice as it is', () => {
    expect(plain(packetizeH264(packetOf([DELIMITER, slice(0x41, 1200)], false)))).toEqual([slice(0x41, 1200)]);
  });

  it('ends with what follows the last slice', () => {
    const payloads = packetizeH264(packetOf([slice(0x41, 60), SEI], false));
    expect(plain(payloads)).toEqual([slice(0x41, 60), SEI]);
  });

  it('reads no further than a broken picture goes', () => {
    const cut: EncodedPacket = { ...packetOf([], false, { framing: 'length-prefixed', extradata: avcc(2) }) };
    const data = Uint8Array.of(0, 200, 0x41, 1, 2);
    expect(plain(packetizeH264({ ...cut, data }))).toEqual([Uint8Array.of(0x41, 1, 2)]);
    expect(packetizeH264({ ...cut, data: new Uint8Array(3) })).toEqual([]);
  });
});

it('profileLevelId is that of the parameter set', () => {
  expect(profileLevelId(packetOf([SPS, PPS, IDR]))).toBe('42c01f');
  expect(profileLevelId(packetOf([IDR], true, { framing: 'length-prefixed', extradata: avcc(2) }))).toBe('42c01f');
  expect(profileLevelId(packetOf([IDR]))).toBeUndefined();
});
