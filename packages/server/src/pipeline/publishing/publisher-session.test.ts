import { fromEpochMs, toEpochMs } from '@lookout/media';
import { syntheticJpeg } from '@lookout/media/testing';
import { LookoutError } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { PublisherSession } from './publisher-session.js';
import type { PublishedFrame } from './push-source.js';

const jpeg = syntheticJpeg({ width: 320, height: 240 });
const startMs = 1_700_000_000_000;

function setUp() {
  const clock = { ms: startMs };
  const answers: Array<Record<string, unknown>> = [];
  const frames: PublishedFrame[] = [];
  const counts = { bytes: 0, throttled: 0, invalid: 0, replaced: 0, errors: [] as string[] };
  const ends: string[] = [];
  const session = new PublisherSession({
    port: {
      send: (text) => answers.push(JSON.parse(text)),
      close: (code, reason) => ends.push(`${code} ${reason}`),
    },
    target: {
      frame: (_from, frame) => frames.push(frame),
      bytes: (_from, count) => {
        counts.bytes += count;
      },
      throttled: () => counts.throttled++,
      invalid: () => counts.invalid++,
    },
    roundTrips: () => ({ recentMs: 20, leastMs: 20 }),
    now: () => clock.ms,
    onError: (code) => counts.errors.push(code),
    onStampReplaced: () => counts.replaced++,
  });
  const text = (message: unknown) =>
    session.text(Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)));
  const metadata = (frameNumber: number, changes: object = {}) =>
    text({
      type: 'frame_metadata',
      timestamp: clock.ms - 10,
      frameNumber,
      width: 320,
      height: 240,
      format: 'jpeg',
      ...changes,
    });
  const frame = (frameNumber: number, changes: object = {}, bytes: Uint8Array = jpeg) => {
    clock.ms += 33;
    metadata(frameNumber, changes);
    session.binary(bytes);
  };
  return { session, clock, answers, frames, counts, ends, text, metadata, frame };
}

describe('PublisherSession', () => {
  it('hands pairs on, and says nothing', () => {
    const { frame, frames, answers, counts } = setUp();
    frame(5);
    frame(6);
    expect(frames.map(({ frameNumber, width, height }) => [frameNumber, width, height])).toEqual([
      [5, 320, 240],
      [6, 320, 240],
    ]);
    expect(frames[0]?.timestampMs).toBe(fromEpochMs(startMs + 33 - 10));
    expect(frames[0]?.jpeg).toEqual(jpeg);
    expect(answers).toEqual([]);
    expect(counts).toMatchObject({ bytes: jpeg.length * 2, throttled: 0, invalid: 0, replaced: 0 });
  });

  it('answers a ping, also between the two halves of a pair', () => {
    const { metadata, text, session, answers, frames } = setUp();
    metadata(1);
    text({ type: 'ping', t0: 77.5 });
    text({ type: 'pong', t0: 1, t1: 2 });
    session.binary(jpeg);
    expect(answers).toEqual([{ type: 'pong', t0: 77.5, t1: toEpochMs(startMs) }]);
    expect(frames).toHaveLength(1);
  });

  it.each<[string, unknown, string, RegExp]>([
    ['text that is not JSON', '{', 'message_invalid', /not valid JSON/],
    ['JSON that is no object', '3', 'message_unknown', /Expected a message of type frame_metadata, ping, pong/],
    ['an unknown type', { type: 'hello' }, 'message_unknown', /Expected/],
    ['a ping without its time', { type: 'ping' }, 'message_invalid', /^ping: t0/],
    ['a text of 16 KB and a byte', `"${'x'.repeat(16 * 1024)}"`, 'payload_too_large', /limit of 16384/],
  ])('answers %s by an error', (_what, message, code, words) => {
    const { text, answers, counts } = setUp();
    text(message);
    expect(answers).toEqual([{ type: 'error', code, message: expect.stringMatching(words) }]);
    expect(counts.errors).toEqual([code]);
  });

  it.each<[string, object]>([
    ['a PNG', { format: 'png' }],
    ['no size', { width: undefined }],
    ['a size of nothing', { width: 0 }],
    ['half a frame number', { frameNumber: 1.5 }],
    ['a frame number below zero', { frameNumber: -1 }],
    ['a time in words', { timestamp: 'now' }],
  ])('answers metadata of %s once, its picture included', (_what, changes) => {
    const { frame, frames, answers } = setUp();
    frame(1, changes);
    expect(answers).toHaveLength(1);
    expect(answers[0]).toMatchObject({ code: 'message_invalid', message: expect.stringMatching(/^frame_metadata: /) });
    frame(2);
    expect(frames).toHaveLength(1);
    expect(answers).toHaveLength(1);
  });

  it('answers a picture without metadata, and metadata without a picture', () => {
    const { session, metadata, answers, frames } = setUp();
    session.binary(jpeg);
    metadata(1);
    metadata(2);
    session.binary(jpeg);
    session.binary(jpeg);
    expect(answers.map(({ message }) => message)).toEqual([
      'Expected frame_metadata before the binary message',
      'No JPEG followed the metadata of frame 1',
      'Expected frame_metadata before the binary message',
    ]);
    expect(frames.map(({ frameNumber }) => frameNumber)).toEqual([2]);
  });

  it('answers and counts a picture that is not what its metadata says', () => {
    const { frame, answers, counts, frames } = setUp();
    frame(1, { width: 640 });
    frame(2, {}, Buffer.from('89504e470d0a1a0a', 'hex'));
    expect(answers.map(({ code }) => code)).toEqual(['frame_invalid', 'frame_invalid']);
    expect(counts.invalid).toBe(2);
    expect(frames).toHaveLength(0);
  });

  it('closes with 1008 after 20 errors in a row, and hears nothing more', () => {
    const { text, frame, ends, answers, frames } = setUp();
    for (let n = 0; n < 19; n++) text('{');
    frame(1);
    for (let n = 0; n < 19; n++) text('{');
    expect(ends).toEqual([]);
    text('{');
    expect(ends).toEqual(['1008 20 errors in a row']);
    frame(2);
    text('{');
    expect(answers).toHaveLength(39);
    expect(frames).toHaveLength(1);
  });

  it('closes after 20 pictures in a row that no worker could decode', () => {
    const { session, frame, ends, answers } = setUp();
    const broken = new LookoutError('frame_invalid', 'It is noise');
    for (let n = 0; n < 19; n++) {
      frame(n);
      session.undecodable(broken);
    }
    session.decoded();
    for (let n = 0; n < 20; n++) {
      expect(ends).toEqual([]);
      frame(n + 100);
      session.undecodable(broken);
    }
    expect(ends).toEqual(['1008 20 errors in a row']);
    expect(answers[0]).toEqual({ type: 'error', code: 'frame_invalid', message: 'It is noise' });
  });

  it('drops what comes faster than 60 a second unread, and counts it', () => {
    const { session, metadata, clock, frames, counts, answers } = setUp();
    for (let n = 0; n < 2000; n++) {
      clock.ms++;
      metadata(n);
      // Not even looked at: a worker, a header, an answer would be work.
      session.binary(n % 10 === 0 ? jpeg : Buffer.of(1));
    }
    expect(counts.throttled).toBeGreaterThan(1800);
    expect(frames.length + answers.length + counts.throttled).toBeLessThanOrEqual(2000 + answers.length);
    expect(frames.length).toBeLessThan(140);
  });

  it('takes 15 frames at once, as a network that stood still delivers them, and a camera of 60 a second', () => {
    const { session, metadata, clock, frames, counts } = setUp();
    const send = (n: number) => {
      metadata(n);
      session.binary(jpeg);
    };
    for (let n = 0; n < 20; n++) send(n);
    expect([frames.length, counts.throttled]).toEqual([15, 5]);
    for (let n = 20; n < 140; n++) {
      clock.ms += 17;
      send(n);
    }
    expect([frames.length, counts.throttled]).toEqual([135, 5]);
  });

  it('puts the arrival in place of a time that is of no use, and counts it', () => {
    const { frame, frames, counts, clock } = setUp();
    frame(1);
    frame(2, { timestamp: null });
    frame(3, { timestamp: 0 });
    frame(4, { timestamp: 9e15 });
    expect(counts.replaced).toBe(3);
    expect(frames.slice(1).map(({ timestampMs }) => timestampMs)).toEqual([clock.ms - 66, clock.ms - 33, clock.ms]);
  });

  it.each([
    ['replaced', '4001 replaced'],
    ['camera_off', '4004 camera_off'],
  ] as const)('tells why it is ended: %s', (reason, end) => {
    const { session, answers, ends, frame, frames } = setUp();
    session.end(reason);
    session.end(reason);
    frame(1);
    expect(answers).toEqual([{ type: 'error', code: reason, message: expect.any(String) }]);
    expect(ends).toEqual([end]);
    expect(frames).toEqual([]);
  });
});
