import { describe, expect, it } from 'vitest';
import { answersInOrder } from './answers-in-order.js';
import { type ImageInput, imageBytes, MAX_IMAGE_BYTES, settingsQuery, toBase64 } from './detect-image.js';
import { InFlight, type PendingFrame } from './in-flight.js';

const bytes = Uint8Array.from({ length: 70_000 }, (_, i) => i % 251);

describe('imageBytes', () => {
  it.each<[string, ImageInput]>([
    ['bytes', bytes],
    ['a part of a larger buffer', new Uint8Array([9, ...bytes]).subarray(1)],
    ['a Buffer', Buffer.from(bytes)],
    ['a buffer', bytes.slice().buffer],
    ['a Blob', new Blob([bytes])],
    ['a File', new File([bytes], 'street.jpg')],
    ['a data: URL', `data:image/jpeg;base64,${Buffer.from(bytes).toString('base64')}`],
    ['shared memory', shared(bytes)],
  ])('takes %s', async (_name, image) => {
    const read = await imageBytes(image);
    expect(Buffer.compare(read, bytes)).toBe(0);
    expect(read.buffer).toBeInstanceOf(ArrayBuffer);
  });

  it('refuses what is no picture, before anything is sent', async () => {
    await expect(imageBytes('https://example.com/a.jpg')).rejects.toThrow(TypeError);
    await expect(imageBytes('data:image/jpeg,abc')).rejects.toThrow(/base64/);
    await expect(imageBytes('data:image/jpeg;base64,%%%')).rejects.toMatchObject({ code: 'frame_invalid' });
    await expect(imageBytes(42 as unknown as ImageInput)).rejects.toThrow(TypeError);
    await expect(imageBytes(new Uint8Array())).rejects.toMatchObject({ code: 'frame_invalid' });
    await expect(imageBytes(new Uint8Array(MAX_IMAGE_BYTES + 1))).rejects.toMatchObject({ code: 'frame_too_large' });
  });

  it('writes base64 as everybody reads it', () => {
    expect(toBase64(bytes)).toBe(Buffer.from(bytes).toString('base64'));
  });
});

describe('settingsQuery', () => {
  it('writes settings as a query', () => {
    expect(settingsQuery({})).toBe('');
    const settings = {
      fps_limit: 15,
      classes: ['person', 'traffic light'],
      enable_tracking: false,
      quality_mode: undefined,
    };
    expect(settingsQuery(settings)).toBe('?fps_limit=15&classes=person%2Ctraffic+light&enable_tracking=false');
    expect(settingsQuery({ classes: null })).toBe('');
    expect(settingsQuery({ prompts: ['a red car', 'smoke'] })).toBe('?prompts=a+red+car%2Csmoke');
    expect(() => settingsQuery({ classes: ['a,b'] })).toThrow(TypeError);
  });
});

describe('InFlight', () => {
  const frame = (sentAt = 0): PendingFrame => ({ frameId: sentAt, sentAt, settle: () => {} });

  it('has a place for so many, answered or not', async () => {
    const inFlight = new InFlight(2);
    expect([inFlight.reserve(), inFlight.reserve(), inFlight.reserve()]).toEqual([true, true, false]);
    inFlight.fill(0, frame());
    expect(inFlight.size).toBe(2);
    inFlight.release();
    expect(inFlight.hasRoom).toBe(true);
    expect(inFlight.take(0)).toBeDefined();
    expect(inFlight.take(0)).toBeUndefined();
    expect(inFlight.size).toBe(0);
  });

  it('wakes those who wait for a place', async () => {
    const inFlight = new InFlight(1);
    inFlight.reserve();
    inFlight.fill(7, frame());
    const both = Promise.all([inFlight.changed(), inFlight.changed()]);
    inFlight.take(7);
    await both;
  });

  it('gives up the old ones, or all', () => {
    const inFlight = new InFlight(3);
    for (const at of [1, 2, 3]) {
      inFlight.reserve();
      inFlight.fill(at, frame(at));
    }
    expect(inFlight.takeSentBefore(2).map(({ sentAt }) => sentAt)).toEqual([1]);
    expect(inFlight.takeAll().map(({ sentAt }) => sentAt)).toEqual([2, 3]);
    expect(inFlight.size).toBe(0);
  });
});

describe('answersInOrder', () => {
  it('keeps the order, and no more outstanding than may be', async () => {
    let outstanding = 0;
    let most = 0;
    const answer = async (item: number) => {
      most = Math.max(most, ++outstanding);
      for (let i = 0; i < 10 - item; i++) await Promise.resolve();
      outstanding--;
      return item * 2;
    };
    const answers: number[] = [];
    for await (const value of answersInOrder([1, 2, 3, 4, 5], 3, answer)) answers.push(value);
    expect(answers).toEqual([2, 4, 6, 8, 10]);
    expect(most).toBe(3);
  });

  it('hands an answer on while the source takes its time', async () => {
    let more = () => {};
    async function* source() {
      yield 1;
      await new Promise<void>((resolve) => (more = resolve));
      yield 2;
    }
    const answers = answersInOrder(source(), 4, async (item) => item);
    expect((await answers.next()).value).toBe(1);
    more();
    expect((await answers.next()).value).toBe(2);
    expect((await answers.next()).done).toBe(true);
  });

  it('ends its source when it is left, also in the middle of its next', async () => {
    let ended = 0;
    function* counting() {
      try {
        for (let i = 0; ; i++) yield i;
      } finally {
        ended++;
      }
    }
    for await (const value of answersInOrder(counting(), 2, async (item) => item)) if (value === 3) break;
    expect(ended).toBe(1);
    async function* stuck() {
      yield 1;
      await new Promise(() => {});
    }
    for await (const _value of answersInOrder(stuck(), 2, async (item) => item)) break;
  });

  it('passes on what the source or an answer throws', async () => {
    const all = async (source: Iterable<number>, answer: (item: number) => Promise<number>) => {
      for await (const _value of answersInOrder(source, 2, answer));
    };
    function* broken() {
      yield 1;
      throw new Error('no camera');
    }
    await expect(all(broken(), async (item) => item)).rejects.toThrow('no camera');
    await expect(all([1, 2], () => Promise.reject(new Error('no answer')))).rejects.toThrow('no answer');
  });
});

function shared(of: Uint8Array): Uint8Array {
  const view = new Uint8Array(new SharedArrayBuffer(of.length));
  view.set(of);
  return view;
}
