import type { PeerSession } from '@lookout/client';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { FrameClock } from './frame-clock.js';
import { type FakeVideo, stubVideo } from './testing/fake-video.js';
import { WhepSource } from './whep-source.js';

// Timing and endings that a real connection does not show on demand; e2e tests have real ones.

class FakeConnection extends EventTarget {
  static last: FakeConnection;
  connectionState = 'new';
  localDescription = { sdp: 'offer' };
  readonly receiver = { track: {}, jitterBufferTarget: null, getSynchronizationSources: () => [] };
  readonly setRemoteDescription = vi.fn(async () => undefined);
  readonly close = vi.fn();
  constructor() {
    super();
    FakeConnection.last = this;
  }
  addTransceiver = () => ({ receiver: this.receiver });
  setLocalDescription = async () => undefined;
  becomes(state: string): void {
    this.connectionState = state;
    this.dispatchEvent(new Event('connectionstatechange'));
  }
}

let video: FakeVideo;
beforeEach(() => {
  vi.useFakeTimers();
  video = stubVideo();
  vi.stubGlobal('RTCPeerConnection', FakeConnection);
  vi.stubGlobal('MediaStream', class {});
});
afterEach(() => {
  vi.unstubAllGlobals();
  vi.useRealTimers();
});

async function open() {
  const session = { answer: 'answer', close: vi.fn(async () => undefined) };
  let answer!: (session: PeerSession) => void;
  const clock = new FrameClock(async () => ({ now: performance.timeOrigin + performance.now(), rtp_timestamp: 0 }));
  const events = { onFrame: vi.fn(), onEnd: vi.fn() };
  const source = new WhepSource({ open: () => new Promise((resolve) => (answer = resolve)), clock }, events);
  await vi.advanceTimersByTimeAsync(10);
  return { source, session, events, answers: () => answer(session), connection: FakeConnection.last };
}

it('reports frames with the time at which they were taken, and asks for no delay', async () => {
  const { source, session, events, answers, connection } = await open();
  expect(connection.receiver.jitterBufferTarget).toBe(0);
  answers();
  await vi.advanceTimersByTimeAsync(10);
  expect(connection.setRemoteDescription).toHaveBeenCalledWith({ type: 'answer', sdp: 'answer' });
  video.show({ rtpTimestamp: 0 });
  video.show({ rtpTimestamp: 3600 });
  const [first, second] = events.onFrame.mock.calls.map(([frame]) => frame);
  expect(second.capturedMs - first.capturedMs).toBe(40);
  expect(second).toMatchObject({ picture: { width: 640, height: 480 }, ageMs: expect.any(Number) });
  source.close();
  expect([session.close.mock.calls.length, connection.close.mock.calls.length, vi.getTimerCount()]).toEqual([1, 1, 0]);
  expect(events.onEnd).not.toHaveBeenCalled();
});

it('ends the session that comes after it was closed', async () => {
  const { source, session, answers } = await open();
  source.close();
  answers();
  await vi.advanceTimersByTimeAsync(0);
  expect(session.close).toHaveBeenCalledOnce();
});

it('ends its session when the page is left', async () => {
  const { session, answers } = await open();
  answers();
  await vi.advanceTimersByTimeAsync(0);
  window.dispatchEvent(new Event('pagehide'));
  expect(session.close).toHaveBeenCalledOnce();
});

it.each<[string, number, RegExp, (answers: () => void, connection: FakeConnection) => Promise<void> | void]>([
  ['the server does not answer', 10_000, /no answer/, () => undefined],
  ['nothing connects', 4000, /no connection/, (answers) => answers()],
  [
    'no picture comes',
    4000,
    /no picture/,
    (answers, connection) => {
      answers();
      connection.becomes('connected');
    },
  ],
  [
    'the video stands still',
    3000,
    /stood still/,
    async (answers) => {
      answers();
      await vi.advanceTimersByTimeAsync(0);
      video.show({ rtpTimestamp: 0 });
    },
  ],
])('says so when %s', async (_name, afterMs, reason, happen) => {
  const { events, answers, connection } = await open();
  await happen(answers, connection);
  await vi.advanceTimersByTimeAsync(afterMs - 600);
  expect(events.onEnd).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1200);
  expect(events.onEnd).toHaveBeenCalledExactlyOnceWith(expect.stringMatching(reason));
});

it('notices at once that its connection has failed', async () => {
  const { events, answers, connection } = await open();
  answers();
  await vi.advanceTimersByTimeAsync(0);
  video.show({ rtpTimestamp: 0 });
  connection.becomes('failed');
  expect(events.onEnd).toHaveBeenCalledExactlyOnceWith(expect.stringContaining('lost'));
});
