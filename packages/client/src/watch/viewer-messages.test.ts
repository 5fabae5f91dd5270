import { describe, expect, it } from 'vitest';
import { metadata } from '../testing/metadata.js';
import { FramePairing, parseServerMessage } from './viewer-messages.js';

const bytes = (...values: number[]) => new Uint8Array(values).buffer;

describe('FramePairing', () => {
  it('joins a picture to the metadata right before it', () => {
    const pairing = new FramePairing();
    pairing.metadata(metadata(7));
    const frame = pairing.picture(bytes(1, 2, 3));
    expect(frame?.meta.frameNumber).toBe(7);
    expect(frame?.jpeg).toEqual(new Uint8Array([1, 2, 3]));
  });

  it('never joins strangers', () => {
    const pairing = new FramePairing();
    expect(pairing.picture(bytes(1))).toBeUndefined();
    pairing.metadata(metadata(1));
    pairing.metadata(metadata(2));
    expect(pairing.picture(bytes(2))?.meta.frameNumber).toBe(2);
    expect(pairing.picture(bytes(3))).toBeUndefined();
    expect(pairing.withoutPicture).toBe(1);
    expect(pairing.withoutMetadata).toBe(2);
  });

  it('forgets a half frame when the socket is new', () => {
    const pairing = new FramePairing();
    pairing.metadata(metadata(1));
    pairing.reset();
    expect(pairing.picture(bytes(1))).toBeUndefined();
    expect(pairing.withoutPicture).toBe(1);
  });
});

describe('parseServerMessage', () => {
  it('reads what the contract says, with fields it does not know', () => {
    const meta = { ...metadata(3), new_field: 1 };
    expect(parseServerMessage(JSON.stringify(meta))).toEqual(meta);
    expect(parseServerMessage('{"type":"pong","t0":1,"t1":2}')).toEqual({ type: 'pong', t0: 1, t1: 2 });
    expect(parseServerMessage('{"type":"error","code":"internal","message":"m"}')).toMatchObject({ code: 'internal' });
  });

  it.each([
    ['not JSON', '{'],
    ['an array', '[]'],
    ['null', 'null'],
    ['an unknown type', '{"type":"party"}'],
    ['a pong without a time', '{"type":"pong","t0":1}'],
    ['metadata without a size', JSON.stringify({ ...metadata(1), width: 0 })],
    [
      'a box of three',
      JSON.stringify({ ...metadata(1), detections: [{ bbox: [1, 2, 3], confidence: 1, class_name: 'a' }] }),
    ],
  ])('ignores %s', (_name, text) => {
    expect(parseServerMessage(text)).toBeUndefined();
  });
});
