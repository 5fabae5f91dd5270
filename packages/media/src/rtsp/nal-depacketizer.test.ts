import { describe, expect, it } from 'vitest';
import { type AccessUnit, MAX_ACCESS_UNIT_BYTES } from './depacketizer.js';
import { h264Codec, hevcCodec } from './nal-codecs.js';
import { type NalCodec, NalDepacketizer } from './nal-depacketizer.js';

const bytes = (...values: number[]) => Uint8Array.from(values);

// H.264 NAL units: the second byte of a slice has first_mb_in_slice, `1` when 0.
const SPS = bytes(0x67, 1, 2, 3);
const PPS = bytes(0x68, 4, 5);
const IDR = bytes(0x65, 0x88, 9, 9, 9, 9, 9, 9);
const SLICE = bytes(0x41, 0x9a, 7, 7, 7, 7); // P slice, first of its picture
const SECOND_SLICE = bytes(0x41, 0x2a, 6, 6); // continues a picture
const INTRA_SLICE = bytes(0x41, 0xb0, 5, 5); // slice_type 2
const DELIMITER = bytes(0x09, 0xf0);
const RECOVERY_SEI = bytes(0x06, 0x05, 0x02, 0xaa, 0xbb, 0x06, 0x01, 0xc4, 0x80);

const stapA = (...nals: Uint8Array[]) =>
  Buffer.concat([bytes(0x78), ...nals.flatMap((nal) => [bytes(nal.length >> 8, nal.length & 255), nal])]);
const annexB = (...nals: Uint8Array[]) =>
  Buffer.concat(nals.flatMap((nal) => [bytes(0, 0, 0, 1), nal])).toString('hex');

/** Fragments of a NAL unit, `size` bytes each. */
function fuA(nal: Uint8Array, size: number): Uint8Array[] {
  const fragments: Uint8Array[] = [];
  for (let at = 1; at < nal.length; at += size) {
    const flags = (at === 1 ? 0x80 : 0) | (at + size >= nal.length ? 0x40 : 0);
    const header = bytes((nal[0]! & 0xe0) | 28, flags | (nal[0]! & 0x1f));
    fragments.push(Buffer.concat([header, nal.subarray(at, at + size)]));
  }
  return fragments;
}

class Feed {
  readonly units: AccessUnit[] = [];
  readonly lost: string[] = [];
  readonly depacketizer: NalDepacketizer;
  #sequenceNumber = 0;

  constructor(codec: NalCodec = h264Codec, parameterSets: Uint8Array[] = []) {
    this.depacketizer = new NalDepacketizer(codec, parameterSets, {
      onAccessUnit: (unit) => this.units.push(unit),
      onLost: (reason) => this.lost.push(reason),
    });
  }

  send(timestamp: number, payload: Uint8Array, marker = false, arrivalMs = timestamp): this {
    const sequenceNumber = this.#sequenceNumber++ & 0xffff;
    this.depacketizer.push({ marker, payloadType: 96, sequenceNumber, timestamp, ssrc: 1, payload }, arrivalMs);
    return this;
  }

  lose(count: number): this {
    this.#sequenceNumber += count;
    this.depacketizer.gap(count);
    return this;
  }

  get hex(): string[] {
    return this.units.map(({ data }) => Buffer.from(data).toString('hex'));
  }
}

const started = () => new Feed().send(0, stapA(SPS, PPS)).send(0, IDR, true);

describe('NalDepacketizer, H.264', () => {
  it('hands a unit on with the marker bit, stamped with its first packet', () => {
    const feed = new Feed().send(1, SPS, false, 100).send(1, PPS, false, 101);
    for (const fragment of fuA(IDR, 3)) feed.send(1, fragment, false, 102);
    expect(feed.units).toHaveLength(0);
    feed.send(1, bytes(0x06, 0x01, 0x00), true, 103);
    expect(feed.hex).toEqual([annexB(SPS, PPS, IDR, bytes(0x06, 0x01, 0x00))]);
    expect(feed.units[0]).toMatchObject({ keyframe: true, arrivalMs: 100 });
    expect(feed.units[0]?.data.buffer.byteLength).toBe(feed.units[0]?.data.length);
    feed.send(2, SLICE, true);
    expect(feed.hex[1]).toBe(annexB(SLICE));
    expect(feed.units[1]?.keyframe).toBe(false);
  });

  it('joins several slices, leaves delimiters out', () => {
    const feed = started().send(1, DELIMITER).send(1, SLICE).send(1, SECOND_SLICE, true);
    expect(feed.hex[1]).toBe(annexB(SLICE, SECOND_SLICE));
  });

  it('begins at a keyframe', () => {
    const feed = new Feed(h264Codec, [SPS, PPS]).send(1, SLICE, true).send(2, SECOND_SLICE, true).send(3, IDR, true);
    expect(feed.units.map(({ keyframe }) => keyframe)).toEqual([true]);
    expect(feed.lost).toEqual([]);
  });

  it('puts parameter sets from the description before keyframes that lack them, newer ones from the stream instead', () => {
    const feed = new Feed(h264Codec, [SPS, PPS]).send(1, IDR, true);
    expect(feed.hex).toEqual([annexB(SPS, PPS, IDR)]);
    const newPps = bytes(0x68, 9, 9, 9);
    feed.send(2, newPps, true).send(3, IDR, true);
    expect(feed.hex[1]).toBe(annexB(SPS, newPps, IDR));
    feed.send(4, SPS).send(4, PPS).send(4, IDR, true);
    expect(feed.hex[2]).toBe(annexB(SPS, PPS, IDR));
  });

  it('waits for parameter sets when the description has none', () => {
    const feed = new Feed().send(1, IDR, true).send(2, SPS, true).send(3, PPS, true).send(4, IDR, true);
    expect(feed.hex).toEqual([annexB(SPS, PPS, IDR)]);
  });

  it('starts at a recovery point and at intra pictures behind parameter sets', () => {
    const refresh = new Feed(h264Codec, [SPS, PPS]).send(1, RECOVERY_SEI).send(1, SLICE, true);
    expect(refresh.units[0]?.keyframe).toBe(true);
    const intra = new Feed().send(1, SPS).send(1, PPS).send(1, INTRA_SLICE, true).send(2, INTRA_SLICE, true);
    expect(intra.units.map(({ keyframe }) => keyframe)).toEqual([true, false]);
  });

  it('follows the timestamp of senders without marker bits', () => {
    const feed = new Feed(h264Codec, [SPS, PPS]).send(1, IDR).send(2, SLICE).send(2, SECOND_SLICE);
    expect(feed.units).toHaveLength(1);
    feed.send(3, SLICE);
    expect(feed.hex).toEqual([annexB(SPS, PPS, IDR), annexB(SLICE, SECOND_SLICE)]);
    expect(feed.lost).toEqual([]);
  });

  it('recognises a marker on every slice and from then on follows the timestamp', () => {
    const feed = started().send(1, SLICE, true).send(1, SECOND_SLICE, true);
    feed.send(2, IDR, true).send(3, SLICE, true).send(3, SECOND_SLICE, true).send(4, SLICE, true);
    expect(feed.hex.slice(2)).toEqual([annexB(SPS, PPS, IDR), annexB(SLICE, SECOND_SLICE)]);
    expect(feed.lost).toHaveLength(1);
  });

  it('drops a picture with a lost packet, and all up to the next keyframe', () => {
    const [first, , last] = fuA(bytes(0x41, 0x9a, 1, 2, 3, 4, 5, 6), 3) as [Uint8Array, Uint8Array, Uint8Array];
    const feed = started().send(1, first).lose(1).send(1, last, true).send(2, SLICE, true).send(3, SLICE, true);
    expect(feed.units).toHaveLength(1);
    expect(feed.lost).toEqual(['1 packets lost']);
    feed.send(4, IDR, true).send(5, SLICE, true);
    expect(feed.units.map(({ keyframe }) => keyframe)).toEqual([true, true, false]);
  });

  it('keeps a keyframe that is whole right behind a loss, and drops one whose beginning is missing', () => {
    const whole = started().send(1, SLICE).lose(3).send(2, IDR, true);
    expect(whole.hex[1]).toBe(annexB(SPS, PPS, IDR));
    const cut = started().lose(1);
    for (const fragment of fuA(IDR, 3).slice(1)) cut.send(2, fragment);
    cut.send(2, bytes(0x06, 1, 0), true);
    expect(cut.units).toHaveLength(1);
  });

  it('bounds a unit', () => {
    const feed = new Feed();
    const fragment = new Uint8Array(60_000);
    fragment.set([0x7c, 0x85, 0x88]);
    feed.send(1, fragment);
    fragment[1] = 0x05;
    const flood = () => {
      for (let sent = 0; sent <= MAX_ACCESS_UNIT_BYTES; sent += fragment.length) feed.send(1, fragment);
    };
    expect(flood).toThrowError(expect.objectContaining({ code: 'source_protocol_error' }));
  });

  it('survives any bytes and delivers nothing of them but whole pictures', () => {
    let state = 7;
    const random = (below: number) => {
      state = (Math.imul(state, 1664525) + 1013904223) >>> 0;
      return (state >>> 8) % below;
    };
    const feed = new Feed();
    for (let round = 0; round < 20_000; round += 1) {
      const payload = Uint8Array.from({ length: random(12) }, () => random(256));
      feed.send(round >> 2, payload, random(4) === 0);
      if (random(50) === 0) feed.lose(1 + random(5));
    }
    for (const { data } of feed.units) expect([...data.subarray(0, 4)]).toEqual([0, 0, 0, 1]);
    // The next sound group is read as ever.
    const before = feed.units.length;
    feed.send(900_000, SPS).send(900_000, PPS).send(900_000, IDR, true).send(900_001, SLICE);
    expect(feed.units.length).toBe(before + 1);
  });
});

describe('NalDepacketizer, HEVC', () => {
  const VPS = bytes(0x40, 1, 1);
  const HEVC_SPS = bytes(0x42, 1, 2);
  const HEVC_PPS = bytes(0x44, 1, 3);
  const HEVC_IDR = bytes(0x26, 1, 0x80, 1, 2, 3, 4, 5);
  const TRAIL = bytes(0x02, 1, 0x80, 6, 6);
  const aggregate = (donl: boolean, ...nals: Uint8Array[]) =>
    Buffer.concat([
      bytes(0x60, 1),
      ...nals.flatMap((nal, index) => [
        donl ? bytes(...(index === 0 ? [0, 9] : [0])) : bytes(),
        bytes(0, nal.length),
        nal,
      ]),
    ]);
  const fragments = (nal: Uint8Array, size: number, donl: boolean) => {
    const parts: Uint8Array[] = [];
    for (let at = 2; at < nal.length; at += size) {
      const flags = (at === 2 ? 0x80 : 0) | (at + size >= nal.length ? 0x40 : 0);
      const header = bytes((nal[0]! & 0x81) | (49 << 1), nal[1]!, flags | ((nal[0]! >> 1) & 0x3f));
      parts.push(Buffer.concat([header, donl && at === 2 ? bytes(0, 9) : bytes(), nal.subarray(at, at + size)]));
    }
    return parts;
  };

  it.each([false, true])('joins aggregation and fragmentation packets (decoding order numbers: %s)', (donl) => {
    const feed = new Feed(hevcCodec(donl)).send(1, aggregate(donl, VPS, HEVC_SPS, HEVC_PPS));
    const parts = fragments(HEVC_IDR, 2, donl);
    parts.forEach((part, index) => {
      feed.send(1, part, index === parts.length - 1);
    });
    const trail = donl ? Buffer.concat([TRAIL.subarray(0, 2), bytes(0, 9), TRAIL.subarray(2)]) : TRAIL;
    feed.send(2, trail, true);
    expect(feed.hex).toEqual([annexB(VPS, HEVC_SPS, HEVC_PPS, HEVC_IDR), annexB(TRAIL)]);
    expect(feed.units.map(({ keyframe }) => keyframe)).toEqual([true, false]);
  });

  it('puts parameter sets before keyframes and waits for one after a loss', () => {
    const feed = new Feed(hevcCodec(false), [HEVC_PPS, VPS, HEVC_SPS])
      .send(1, HEVC_IDR, true)
      .lose(1)
      .send(2, TRAIL, true);
    feed.send(3, HEVC_IDR, true);
    expect(feed.hex).toEqual(new Array(2).fill(annexB(VPS, HEVC_SPS, HEVC_PPS, HEVC_IDR)));
  });
});
