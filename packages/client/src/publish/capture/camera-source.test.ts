import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { CameraSource, type SourceState } from './camera-source.js';

beforeEach(() => {
  vi.useFakeTimers();
  vi.stubGlobal('MediaStream', FakeStream);
});
afterEach(() => {
  vi.useRealTimers();
  vi.unstubAllGlobals();
});

/** The browser's side of one open camera. */
class FakeTrack {
  readyState = 'live';
  muted = false;
  contentHint = '';
  label = 'Camera';
  onended: (() => void) | null = null;
  onmute: (() => void) | null = null;
  onunmute: (() => void) | null = null;
  readonly applied: unknown[] = [];
  constructor(
    readonly settings: object = { deviceId: 'a' },
    readonly capabilities: object = {},
  ) {}
  stop = () => {
    this.readyState = 'ended';
  };
  getSettings = () => this.settings;
  getCapabilities = () => this.capabilities;
  applyConstraints = async (constraints: unknown) => void this.applied.push(constraints);
}

class FakeStream {
  constructor(private readonly tracks: FakeTrack[]) {}
  getVideoTracks = () => this.tracks;
}

/** The browser's devices: what it is asked for is kept, what it answers is the test's. */
class FakeDevices extends EventTarget {
  readonly asked: unknown[] = [];
  answer: () => FakeTrack | Promise<FakeTrack> = () => new FakeTrack();
  getUserMedia = async (constraints: unknown) => {
    this.asked.push(constraints);
    return new FakeStream([await this.answer()]);
  };
  getDisplayMedia = this.getUserMedia;
}

function make(secure = true) {
  const devices = new FakeDevices();
  const states: SourceState[] = [];
  const tracks: Array<FakeTrack | undefined> = [];
  const source = new CameraSource({
    devices: devices as unknown as MediaDevices,
    surroundings: () => ({ secure, origin: 'http://10.0.0.2:8080' }),
    permission: async () => 'denied',
    onState: (state) => states.push(state),
    onTrack: (track) => tracks.push(track as unknown as FakeTrack | undefined),
  });
  return { devices, states, tracks, source, last: () => states.at(-1) };
}

const refuse = (name: string) => () => {
  throw new DOMException('', name);
};

describe('CameraSource', () => {
  it('opens the camera it was asked for', async () => {
    const { source, devices, states, tracks } = make();
    await source.start({ kind: 'camera', facing: 'environment' });
    expect(devices.asked).toMatchObject([{ audio: false, video: { facingMode: { ideal: 'environment' } } }]);
    expect(states.map(({ state }) => state)).toEqual(['opening', 'live']);
    expect(tracks).toHaveLength(1);
    expect(tracks[0]?.contentHint).toBe('motion');
    source.close();
    expect(tracks.at(-1)).toBeUndefined();
    expect(tracks[0]?.readyState).toBe('ended');
  });

  it('closes one camera before it opens the next: phones have one at a time', async () => {
    const { source, devices, tracks } = make();
    await source.start({ kind: 'camera' });
    const [first] = tracks;
    devices.answer = () => {
      expect(first?.readyState).toBe('ended');
      return new FakeTrack({ deviceId: 'b' });
    };
    await source.start({ kind: 'camera', deviceId: 'b' });
    expect(source.controls()?.deviceId).toBe('b');
    source.close();
  });

  it('asks for nothing on a page without HTTPS', async () => {
    const { source, devices, last } = make(false);
    await source.start({ kind: 'camera' });
    expect(devices.asked).toEqual([]);
    expect(last()).toMatchObject({ state: 'failed', problem: { code: 'insecure' } });
    source.close();
  });

  it('says why a camera cannot be opened', async () => {
    const { source, devices, last } = make();
    devices.answer = refuse('NotAllowedError');
    await source.start({ kind: 'camera' });
    expect(last()).toMatchObject({ state: 'failed', problem: { code: 'blocked' } });
    devices.answer = refuse('NotReadableError');
    await source.start({ kind: 'camera' });
    expect(last()).toMatchObject({ state: 'failed', problem: { code: 'in_use' } });
    source.close();
  });

  it('gets a lost camera back by itself: that one, no other', async () => {
    const { source, devices, tracks, last } = make();
    await source.start({ kind: 'camera' });
    devices.answer = refuse('OverconstrainedError');
    tracks[0]?.onended?.();
    expect(last()).toMatchObject({ state: 'lost', problem: { code: 'lost' } });
    expect(tracks.at(-1)).toBeUndefined();
    await vi.advanceTimersByTimeAsync(7000);
    expect(last()?.state).toBe('lost');
    expect(devices.asked.length).toBe(3);
    expect(devices.asked.at(-1)).toMatchObject({ video: { deviceId: { exact: 'a' } } });
    devices.answer = () => new FakeTrack();
    devices.dispatchEvent(new Event('devicechange'));
    await vi.advanceTimersByTimeAsync(0);
    expect(last()?.state).toBe('live');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(devices.asked.length).toBe(4);
    source.close();
  });

  it('asks once at a time while the browser asks its user', async () => {
    const { source, devices, tracks } = make();
    await source.start({ kind: 'camera' });
    devices.answer = () => new Promise(() => undefined);
    tracks[0]?.onended?.();
    await vi.advanceTimersByTimeAsync(30_000);
    expect(devices.asked.length).toBe(2);
    source.close();
  });

  it('does not go on sharing a screen that its user ended', async () => {
    const { source, devices, tracks, last } = make();
    await source.start({ kind: 'screen' });
    expect(tracks[0]?.contentHint).toBe('detail');
    tracks[0]?.onended?.();
    expect(last()).toMatchObject({ state: 'failed', problem: { code: 'sharing_ended' } });
    await vi.advanceTimersByTimeAsync(30_000);
    expect(devices.asked.length).toBe(1);
    source.close();
  });

  it('lets go of a camera that came after it was stopped', async () => {
    const { source, devices, tracks, last } = make();
    const late = new FakeTrack();
    let give = (_track: FakeTrack) => {};
    devices.answer = () => new Promise((resolve) => (give = resolve));
    const started = source.start({ kind: 'camera' });
    source.stop();
    give(late);
    await started;
    expect(late.readyState).toBe('ended');
    expect(tracks).toEqual([]);
    expect(last()).toEqual({ state: 'off' });
    source.close();
  });

  it('tells when the system holds pictures back', async () => {
    const { source, tracks, last } = make();
    await source.start({ kind: 'camera' });
    tracks[0]?.onmute?.();
    expect(last()?.state).toBe('muted');
    tracks[0]?.onunmute?.();
    expect(last()?.state).toBe('live');
    source.close();
  });

  it('offers light and zoom where there are some', async () => {
    const { source, devices, tracks } = make();
    devices.answer = () =>
      new FakeTrack({ torch: false, zoom: 1 }, { torch: true, zoom: { min: 1, max: 8, step: 0.5 } });
    await source.start({ kind: 'camera' });
    expect(source.controls()).toMatchObject({ torch: false, zoom: { min: 1, max: 8, step: 0.5, value: 1 } });
    await source.setTorch(true);
    await source.setZoom(2);
    expect(tracks[0]?.applied).toEqual([{ advanced: [{ torch: true }] }, { advanced: [{ zoom: 2 }] }]);
    devices.answer = () => new FakeTrack();
    await source.start({ kind: 'camera' });
    expect(source.controls()).toMatchObject({ torch: undefined, zoom: undefined });
    source.close();
  });
});
