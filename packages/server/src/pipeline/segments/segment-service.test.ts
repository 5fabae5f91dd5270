import { readFileSync } from 'node:fs';
import { LookoutError, type SegmentMask } from '@lookout/protocol';
import type { OtherTask, TaskModelInfo } from '@lookout/vision';
import { TRIAL_PHOTOS } from '@lookout/vision/models';
import { beforeEach, describe, expect, it, vi } from 'vitest';
import { SegmentService } from './segment-service.js';

const PICTURE = readFileSync(TRIAL_PHOTOS[0]!.url);
const OWNER = { camera: 'yard' };
const anybody = () => true;
const MODEL: TaskModelInfo = {
  ...{ name: 'tiny', task: 'segment', family: 'picosam3', graphs: {}, sha256: '', bytes: 0 },
};
const MASKS = [{ score: 0.5 } as SegmentMask];

/** A thread that encodes on demand. */
class SlowModels {
  readonly released: number[] = [];
  readonly encoding: { finish(): void; fail(error: Error): void }[] = [];
  #changed: (task: OtherTask) => void = () => undefined;
  #handles = 0;

  require = () => MODEL;
  masks = vi.fn(async () => MASKS);
  release = (handle: number) => void this.released.push(handle);
  change = () => this.#changed('segment');

  onChange(listener: (task: OtherTask) => void) {
    this.#changed = listener;
    return () => undefined;
  }

  freeze() {
    return new Promise<{ handle: number; width: number; height: number; bytes: number }>((resolve, reject) => {
      const finish = () => resolve({ handle: ++this.#handles, width: 320, height: 320, bytes: 1 });
      this.encoding.push({ finish, fail: reject });
    });
  }
}

let models: SlowModels;
let service: SegmentService;
let timers: { run: () => void; delayMs: number }[];
beforeEach(() => {
  models = new SlowModels();
  timers = [];
  service = new SegmentService({
    models,
    now: () => 1000,
    later: (run, delayMs) => {
      const timer = { run, delayMs };
      timers.push(timer);
      return () => {
        timers = timers.filter((one) => one !== timer);
      };
    },
  });
});

const ask = (id: string, signal = new AbortController().signal) =>
  service.masks(id, { points: [], box: [0, 0, 9, 9] }, { isAllowed: anybody, signal });
const settled = () => new Promise(setImmediate);
const GONE = { code: 'segment_gone' };

describe('SegmentService', () => {
  it('answers at once, encodes in the background, and lets questions wait for it', async () => {
    const { id, ...frozen } = service.freeze(PICTURE, OWNER);
    expect(frozen).toMatchObject({ state: 'waiting', image_size: [320, 320], model: 'tiny', expires_at: 301_000 });
    expect(frozen.takes).toEqual({ points: false, box: true });
    const asked = ask(id);
    await settled();
    expect(service.state(id, anybody).state).toBe('encoding');
    models.encoding[0]!.finish();
    expect(await asked).toBe(MASKS);
    expect(service.state(id, anybody).state).toBe('ready');
    expect(service.picture(id, anybody)).toBe(PICTURE);
  });

  it('encodes one picture at a time', async () => {
    const [first, second] = [service.freeze(PICTURE, OWNER), service.freeze(PICTURE, OWNER)];
    await settled();
    expect(models.encoding).toHaveLength(1);
    expect(service.state(second.id, anybody).state).toBe('waiting');
    service.remove(first.id, anybody);
    models.encoding[0]!.finish();
    await settled();
    // A late encoding is released.
    expect(models.released).toEqual([1]);
    expect(models.encoding).toHaveLength(2);
  });

  it('keeps four, and drops the least recently used one', async () => {
    const ids = Array.from({ length: 4 }, () => service.freeze(PICTURE, OWNER).id);
    await settled();
    models.encoding[0]!.finish();
    await settled();
    service.state(ids[1]!, anybody);
    service.state(ids[0]!, anybody);
    service.freeze(PICTURE, OWNER);
    service.freeze(PICTURE, OWNER);
    expect(service.state(ids[0]!, anybody).state).toBe('ready');
    expect(() => service.state(ids[2]!, anybody)).toThrow(expect.objectContaining(GONE));
    await expect(ask(ids[2]!)).rejects.toMatchObject(GONE);
    expect(service.state(ids[1]!, anybody).state).toBe('encoding');
  });

  it('forgets a picture some time after its last use', async () => {
    const { id } = service.freeze(PICTURE, OWNER);
    service.state(id, anybody);
    expect(timers.map(({ delayMs }) => delayMs)).toEqual([300_000]);
    timers[0]!.run();
    await expect(ask(id)).rejects.toMatchObject(GONE);
  });

  it('is gone for those who may not see it', () => {
    const { id } = service.freeze(PICTURE, { caller: 'key a' });
    const other = (owner: object) => 'caller' in owner && owner.caller === 'key b';
    expect(() => service.state(id, other)).toThrow(expect.objectContaining(GONE));
    expect(() => service.remove(id, other)).toThrow(expect.objectContaining(GONE));
  });

  it('says why a picture could not be encoded', async () => {
    const { id } = service.freeze(PICTURE, OWNER);
    await settled();
    models.encoding[0]!.fail(new LookoutError('inference_failed', 'The model failed'));
    await expect(ask(id)).rejects.toMatchObject({ code: 'inference_failed' });
    expect(service.state(id, anybody)).toMatchObject({ state: 'failed', error: 'The model failed' });
  });

  it('limits how long a question waits, and stops waiting when the caller leaves', async () => {
    const { id } = service.freeze(PICTURE, OWNER);
    const asked = ask(id);
    timers.find(({ delayMs }) => delayMs === 60_000)!.run();
    await expect(asked).rejects.toMatchObject({ code: 'unavailable', retryAfterS: 5 });
    const left = new AbortController();
    const abandoned = ask(id, left.signal);
    left.abort(new Error('left'));
    await expect(abandoned).rejects.toThrow('left');
    expect(timers.filter(({ delayMs }) => delayMs === 60_000)).toEqual([]);
  });

  it('drops encodings of a replaced model or of a thread that ended', async () => {
    const { id } = service.freeze(PICTURE, OWNER);
    await settled();
    models.encoding[0]!.finish();
    await settled();
    models.masks.mockRejectedValueOnce(new LookoutError('segment_gone', 'The thread ended'));
    await expect(ask(id)).rejects.toMatchObject(GONE);
    await expect(ask(id)).rejects.toMatchObject(GONE);
    const next = service.freeze(PICTURE, OWNER);
    models.change();
    await expect(ask(next.id)).rejects.toMatchObject(GONE);
  });

  it('refuses bytes that are not an image', () => {
    expect(() => service.freeze(new Uint8Array(9), OWNER)).toThrow(expect.objectContaining({ code: 'frame_invalid' }));
  });
});
