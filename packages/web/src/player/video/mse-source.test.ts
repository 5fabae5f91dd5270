import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { MseSource } from './mse-source.js';
import { type FakeVideo, stubVideo } from './testing/fake-video.js';

class FakeBuffer extends EventTarget {
  timestampOffset = 0;
  updating = false;
  readonly appended: (number | string)[] = [];
  changeType(type: string): void {
    this.appended.push(type);
  }
  readonly remove = vi.fn(() => this.begin());
  appendBuffer(data: ArrayBuffer): void {
    this.appended.push(data.byteLength);
    this.begin();
  }
  begin(): void {
    this.updating = true;
  }
  finish(): void {
    this.updating = false;
    this.dispatchEvent(new Event('updateend'));
  }
}

class FakeMedia extends EventTarget {
  static last: FakeMedia;
  static isTypeSupported = () => true;
  readyState = 'closed';
  type: string | undefined;
  readonly buffer = new FakeBuffer();
  constructor() {
    super();
    FakeMedia.last = this;
  }
  addSourceBuffer(type: string): FakeBuffer {
    this.type = type;
    return this.buffer;
  }
  open(): void {
    this.readyState = 'open';
    this.dispatchEvent(new Event('sourceopen'));
  }
}

class FakeSocket extends EventTarget {
  static readonly CONNECTING = 0;
  static readonly OPEN = 1;
  static last: FakeSocket;
  readyState = 1;
  readonly close = vi.fn();
  constructor() {
    super();
    FakeSocket.last = this;
  }
  send(text: string): void {
    const { t0 } = JSON.parse(text);
    this.tell({ type: 'pong', t0, t1: performance.timeOrigin + performance.now() });
  }
  receive(data: string | ArrayBuffer): void {
    this.dispatchEvent(Object.assign(new Event('message'), { data }));
  }
  tell(message: object): void {
    this.receive(JSON.stringify(message));
  }
}

const INIT = { type: 'init', codec: 'avc1.42c01f', width: 640, height: 480 };
const INIT_BYTES = 20;
const SEGMENT_BYTES = 64;
/** 2025-11-24T16:00:00Z. */
const TAKEN_S = 1_764_000_000;

/** A segment of the n-th frame of 25 a second. @param n its presentation time, and when it was taken */
function segment(n: number): ArrayBuffer {
  const view = new DataView(new ArrayBuffer(SEGMENT_BYTES));
  view.setUint32(0, 32);
  view.setUint32(4, 0x70726674); // prft
  view.setUint32(16, TAKEN_S + Math.floor(n / 25) + 2_208_988_800);
  view.setUint32(20, ((n % 25) / 25) * 2 ** 32);
  view.setBigUint64(24, BigInt(900_000 + n * 3600));
  return view.buffer;
}

let video: FakeVideo;
beforeEach(() => {
  vi.useFakeTimers();
  video = stubVideo();
  vi.stubGlobal('MediaSource', FakeMedia);
  vi.stubGlobal('WebSocket', FakeSocket);
  vi.stubGlobal('URL', { createObjectURL: () => 'blob:1', revokeObjectURL: () => undefined });
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

function open() {
  const events = { onFrame: vi.fn(), onEnd: vi.fn() };
  const source = new MseSource('ws://camera', events);
  const [media, socket] = [FakeMedia.last, FakeSocket.last];
  const begin = () => {
    media.open();
    socket.tell(INIT);
    socket.receive(new ArrayBuffer(INIT_BYTES));
    socket.receive(segment(0));
  };
  return { source, events, media, socket, buffer: media.buffer, begin };
}

it('appends what has come, all at once, from the first segment on', () => {
  const { media, socket, buffer } = open();
  socket.tell(INIT);
  socket.receive(new ArrayBuffer(INIT_BYTES));
  socket.receive(segment(0));
  expect(buffer.appended, 'the source is not open yet').toEqual([]);
  media.open();
  expect(media.type).toBe('video/mp4; codecs="avc1.42c01f"');
  expect(buffer.timestampOffset).toBe(-10);
  socket.receive(segment(1));
  socket.receive(segment(2));
  buffer.finish();
  expect(buffer.appended).toEqual([INIT_BYTES + SEGMENT_BYTES, 2 * SEGMENT_BYTES]);
});

it('tells of each frame when it was taken', () => {
  const { socket, events, begin } = open();
  begin();
  for (let n = 1; n < 50; n++) socket.receive(segment(n));
  video.show({ mediaTime: 30 / 25 + 0.0004 });
  expect(events.onFrame.mock.calls[0]?.[0]).toMatchObject({
    picture: { width: 640, height: 480 },
    capturedMs: expect.closeTo(TAKEN_S * 1000 + 1200, 3),
  });
});

it('catches up with the newest segment, and removes what was shown', () => {
  const { socket, buffer, begin } = open();
  begin();
  video.buffered = { length: 1, start: () => 0 };
  for (let n = 1; n < 500; n++) socket.receive(segment(n));
  buffer.finish();
  expect(video.currentTime).toBeCloseTo(499 / 25);
  expect(video.play).toHaveBeenCalled();
  buffer.finish();
  expect(buffer.remove).toHaveBeenCalledWith(0, 499 / 25 - 2);
});

it('goes on where the camera changes its codec, as at nightfall', () => {
  const { socket, buffer, begin, events } = open();
  begin();
  socket.receive(segment(1));
  socket.tell({ ...INIT, codec: 'avc1.640029', width: 1920, height: 1080 });
  socket.receive(new ArrayBuffer(INIT_BYTES));
  socket.receive(segment(2));
  buffer.finish();
  buffer.finish();
  const changed = ['video/mp4; codecs="avc1.640029"', INIT_BYTES + SEGMENT_BYTES];
  expect(buffer.appended.slice(-3)).toEqual([SEGMENT_BYTES, ...changed]);
  expect(events.onEnd).not.toHaveBeenCalled();
});

it('closes everything, and then reports nothing', () => {
  const { source, socket, events } = open();
  source.close();
  source.close();
  expect(socket.close).toHaveBeenCalledOnce();
  socket.dispatchEvent(Object.assign(new Event('close'), { reason: 'away' }));
  vi.advanceTimersByTime(20_000);
  expect([events.onEnd.mock.calls, vi.getTimerCount()]).toEqual([[], 0]);
});

it.each<[string, RegExp, (opened: ReturnType<typeof open>) => void]>([
  [
    'the server closes',
    /camera removed/,
    ({ socket }) => {
      socket.dispatchEvent(Object.assign(new Event('close'), { reason: 'camera removed' }));
    },
  ],
  [
    'the server refuses',
    /sends hevc/,
    ({ socket }) => socket.tell({ type: 'error', code: 'conflict', message: 'It sends hevc' }),
  ],
  ['no picture comes', /no picture/, () => vi.advanceTimersByTime(9000)],
  [
    'the video stands still',
    /stood still/,
    () => {
      video.show({ mediaTime: 0 });
      vi.advanceTimersByTime(4000);
    },
  ],
  [
    'it can’t be decoded',
    /broken/,
    () => {
      video.error = { message: 'broken' };
      video.dispatchEvent(new Event('error'));
    },
  ],
])('ends when %s, and says so', (_name, reason, happen) => {
  const opened = open();
  opened.begin();
  happen(opened);
  expect(opened.events.onEnd).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(reason));
});
