import { describe, expect, it } from 'vitest';
import { clientMessage, setChunkSize } from '../testing/rtmp-publisher-bytes.js';
import { seededRandom } from '../testing/synthetic-jpeg.js';
import { ChunkReader, MAX_CHUNK_STREAMS } from './chunk-reader.js';
import { MESSAGE, writeChunks } from './message.js';

const MAX_BYTES = 10_000;
const hex = (text: string) => Buffer.from(text.replace(/\s/g, ''), 'hex');

function record(maxMessageBytes = MAX_BYTES) {
  const messages: { typeId: number; streamId: number; timestampMs: number; text: string }[] = [];
  const reader = new ChunkReader(maxMessageBytes, ({ typeId, messageStreamId, timestampMs, payload }) => {
    messages.push({ typeId, streamId: messageStreamId, timestampMs, text: payload.toString('latin1') });
  });
  return { reader, messages };
}

function read(...parts: Buffer[]) {
  const { reader, messages } = record();
  reader.push(Buffer.concat(parts));
  return messages;
}

const times = (...parts: Buffer[]) => read(...parts).map(({ timestampMs }) => timestampMs);
const video = (text: string) => ({ chunkStreamId: 6, typeId: MESSAGE.video, payload: Buffer.from(text, 'latin1') });

describe('ChunkReader', () => {
  it('reads the four formats of a header, as the specification prints them', () => {
    const messages = read(
      hex('06 0003e8 000002 09 01000000 6161'), // 0: time 1000, 2 bytes, video, stream 1
      hex('46 000014 000003 08 626262'), // 1: 20 later, 3 bytes, audio
      hex('86 00000a 636363'), // 2: 10 later
      hex('c6 646464'), // 3: the same again
    );
    expect(messages).toEqual([
      { typeId: 9, streamId: 1, timestampMs: 1000, text: 'aa' },
      { typeId: 8, streamId: 1, timestampMs: 1020, text: 'bbb' },
      { typeId: 8, streamId: 1, timestampMs: 1030, text: 'ccc' },
      { typeId: 8, streamId: 1, timestampMs: 1040, text: 'ddd' },
    ]);
  });

  it.each([2, 63, 64, 319, 320, 65_599])('reads chunk stream %i', (chunkStreamId) => {
    expect(read(clientMessage({ ...video('abc'), chunkStreamId }))).toMatchObject([{ text: 'abc' }]);
  });

  it('repeats an absolute timestamp as a difference, as FFmpeg counts on', () => {
    const start = clientMessage({ ...video('a'), timestampMs: 33 });
    const again = clientMessage({ ...video('b'), format: 3 });
    expect(times(start, again, again)).toEqual([33, 66, 99]);
  });

  it('adds differences modulo 2 ** 32', () => {
    const start = clientMessage({ ...video('a'), timestampMs: 0xffff_fff0 });
    expect(times(start, clientMessage({ ...video('b'), format: 2, timestampMs: 0x20 }))).toEqual([0xffff_fff0, 0x10]);
  });

  it('begins a chunk stream with format 1, but not with less', () => {
    expect(read(clientMessage({ ...video('a'), format: 1 }))).toHaveLength(1);
    expect(() => read(clientMessage({ ...video('a'), format: 2 }))).toThrow(/begins without/);
    expect(() => read(clientMessage({ ...video('a'), format: 3 }))).toThrow(/begins without/);
  });

  describe('with extended timestamps', () => {
    const long = { ...video('x'.repeat(300)), timestampMs: 0x1000_0000 };
    it.each([true, false])('reads chunks that repeat them or not: %s', (repeatsExtended) => {
      const next = clientMessage({ ...video('end'), format: 1, timestampMs: 5 });
      const messages = read(clientMessage({ ...long, repeatsExtended }), next);
      expect(messages).toMatchObject([
        { timestampMs: 0x1000_0000, text: 'x'.repeat(300) },
        { timestampMs: 0x1000_0005, text: 'end' },
      ]);
    });

    it('reads a last chunk of one byte that does not repeat them, and the message after it', () => {
      const bytes = clientMessage({ ...video('y'.repeat(129)), timestampMs: 0x1000_0000, repeatsExtended: false });
      const small = clientMessage({ chunkStreamId: 2, typeId: 3, payload: Buffer.alloc(0) });
      for (const size of [1, 2, 3, 1000]) {
        const { reader, messages } = record();
        const all = Buffer.concat([bytes, small, small]);
        for (let at = 0; at < all.length; at += size) reader.push(all.subarray(at, at + size));
        expect(messages.map(({ text }) => text.length)).toEqual([129, 0, 0]);
      }
    });

    it('reads them as differences', () => {
      const step = clientMessage({ ...video('b'), format: 2, timestampMs: 0x0100_0000 });
      const same = Buffer.concat([Buffer.of(0xc6), hex('01000000'), Buffer.from('c')]);
      expect(times(clientMessage(video('a')), step, same)).toEqual([0, 0x0100_0000, 0x0200_0000]);
    });
  });

  it('reads interleaved messages', () => {
    const first = clientMessage({ ...video('v'.repeat(200)), chunkStreamId: 6 });
    const other = clientMessage({ chunkStreamId: 7, typeId: MESSAGE.audio, payload: Buffer.from('aaa') });
    const cut = 12 + 128;
    const messages = read(first.subarray(0, cut), other, first.subarray(cut));
    expect(messages.map(({ text }) => text.length)).toEqual([3, 200]);
  });

  it('follows the chunk size, up to 2 GB, without reserving memory for it', () => {
    const messages = read(
      setChunkSize(0x7fff_ffff),
      clientMessage({ ...video('z'.repeat(9000)), chunkBytes: 9000 }),
      setChunkSize(1),
      clientMessage({ ...video('one'), chunkBytes: 1 }),
    );
    expect(messages.map(({ text }) => text.length)).toEqual([9000, 3]);
  });

  it('forgets a message that is aborted, or that another header interrupts', () => {
    const begun = clientMessage(video('b'.repeat(200))).subarray(0, 12 + 128);
    const abort = clientMessage({ chunkStreamId: 2, typeId: MESSAGE.abort, payload: hex('00000006') });
    const next = clientMessage(video('next'));
    expect(read(begun, abort, next)).toMatchObject([{ text: 'next' }]);
    expect(read(begun, next)).toMatchObject([{ text: 'next' }]);
  });

  it.each([
    ['a chunk size of 0', setChunkSize(0), 'malformed'],
    ['a chunk size over 31 bits', setChunkSize(0x8000_0000), 'malformed'],
    ['an abort of nothing', clientMessage({ typeId: MESSAGE.abort, payload: hex('00') }), 'malformed'],
    ['a message over the limit, by its header alone', hex('06 000000 002711 09 01000000'), 'limit_exceeded'],
    [
      'too many chunk streams',
      Buffer.concat(
        Array.from({ length: MAX_CHUNK_STREAMS + 1 }, (_, id) =>
          clientMessage({ ...video('a'), chunkStreamId: id + 2 }),
        ),
      ),
      'limit_exceeded',
    ],
    [
      'too much in unfinished messages',
      Buffer.concat([
        setChunkSize(9000),
        ...[6, 7, 8].map((chunkStreamId) =>
          clientMessage({ ...video('a'.repeat(9999)), chunkStreamId, chunkBytes: 9000 }).subarray(0, 9012),
        ),
      ]),
      'limit_exceeded',
    ],
  ])('refuses %s', (_name, bytes, reason) => {
    expect(() => read(bytes)).toThrow(expect.objectContaining({ name: 'RtmpError', reason }));
  });

  it('stops after a message when paused, and goes on from there', () => {
    const texts: string[] = [];
    const reader = new ChunkReader(MAX_BYTES, ({ payload }) => {
      texts.push(payload.toString());
      reader.isPaused = texts.length === 1;
    });
    const bytes = Buffer.concat([clientMessage(video('one')), clientMessage(video('two'))]);
    const used = reader.push(bytes);
    expect([texts, used]).toEqual([['one'], bytes.length / 2]);
    expect(reader.push(bytes.subarray(used))).toBe(0);
    reader.isPaused = false;
    reader.push(bytes.subarray(used));
    expect(texts).toEqual(['one', 'two']);
  });

  it('reads what it writes, and the same however the bytes are cut', () => {
    const random = seededRandom(7);
    for (let round = 0; round < 100; round += 1) {
      const { bytes, expected } = randomMessages(random);
      const { reader, messages } = record();
      for (let at = 0; at < bytes.length; ) {
        const end = at + 1 + random(round % 2 ? 9 : 500);
        reader.push(bytes.subarray(at, end));
        at = end;
      }
      expect(messages).toEqual(expected);
    }
  });
});

/** Messages on several chunk streams with all kinds of timestamps, some of whose chunks do not repeat extended ones. */
function randomMessages(random: (below: number) => number) {
  const parts: Buffer[] = [];
  const expected: { typeId: number; streamId: number; timestampMs: number; text: string }[] = [];
  const chunkBytes = 1 + random(300);
  parts.push(setChunkSize(chunkBytes));
  for (let index = 0; index < 10; index += 1) {
    const text = String.fromCharCode(97 + random(20)).repeat(random(400));
    const timestampMs = random(3) === 0 ? 0x0100_0000 + random(0x7000_0000) : random(0xff_ffff);
    const message = { typeId: 9, messageStreamId: 1, timestampMs, payload: Buffer.from(text, 'latin1') };
    const chunkStreamId = 3 + random(50);
    const repeatsExtended = random(2) === 0;
    parts.push(
      random(2)
        ? writeChunks(message, chunkStreamId, chunkBytes)
        : clientMessage({ ...message, chunkStreamId, chunkBytes, repeatsExtended }),
    );
    expected.push({ typeId: 9, streamId: 1, timestampMs, text });
  }
  parts.push(Buffer.alloc(0), clientMessage({ chunkStreamId: 2, typeId: 3, payload: Buffer.alloc(4), chunkBytes }));
  expected.push({ typeId: 3, streamId: 0, timestampMs: 0, text: '\0\0\0\0' });
  return { bytes: Buffer.concat(parts), expected };
}
