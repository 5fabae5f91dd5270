import { LookoutError, type SessionSettings } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { FakeSocket } from '../testing/fake-socket.js';
import { settingsQuery } from './detect-image.js';
import type { OpenDetectionSessionOptions } from './detect-types.js';
import { LiveDetectionSession } from './live-detection-session.js';
import { WsTransport } from './ws-transport.js';

beforeEach(() => void vi.useFakeTimers({ now: 1_700_000_000_000 }));
afterEach(() => void vi.useRealTimers());

const tick = (ms: number) => vi.advanceTimersByTimeAsync(ms);
const picture = Uint8Array.from([0xff, 0xd8, 0xff, 0xd9]);
const found = { detections: [], processing_time_ms: 12, inference_ms: 9, image_size: [640, 480] };

function start(options: OpenDetectionSessionOptions = {}, explain?: () => Promise<LookoutError | undefined>) {
  const sockets: FakeSocket[] = [];
  const clock = { now: () => Date.now() };
  const opening = LiveDetectionSession.open(options, {
    clock,
    transport: (events) =>
      new WsTransport(
        {
          openSocket: async (url) => {
            sockets.push(new FakeSocket(url));
            return sockets.at(-1)!;
          },
          url: (settings: SessionSettings) => `ws://test/stream/detection${settingsQuery(settings)}`,
          settings: options.settings ?? {},
          explain: explain ?? (async () => undefined),
          clock,
          random: () => 0,
        },
        events,
      ),
  });
  const open = async () => {
    await tick(0);
    sockets.at(-1)!.open();
    return { socket: sockets.at(-1)!, session: await opening };
  };
  return { sockets, opening, open };
}

function result(socket: FakeSocket, frame_id: number) {
  socket.text({ type: 'detection_result', data: { frame_id, ...found }, timestamp: 1 });
}

describe('a detection session over a WebSocket', () => {
  it('sends pictures as bytes, and gives each its own answer whatever the order', async () => {
    const { open } = start({ settings: { fps_limit: 15 } });
    const { socket, session } = await open();
    expect(socket.url).toBe('ws://test/stream/detection?fps_limit=15');
    const first = session.detect(picture, { frameId: 'a' });
    const second = session.detect(picture);
    await tick(30);
    expect(socket.binaries).toEqual([picture, picture]);
    result(socket, 1);
    result(socket, 0);
    expect(await first).toEqual({ type: 'result', frameId: 'a', roundTripMs: 30, ...found });
    expect(await second).toMatchObject({ type: 'result', frameId: 0 });
    expect(session.counts()).toMatchObject({ sent: 2, results: 2, inFlight: 0, roundTripMs: 30 });
    await session.close();
  });

  it('counts the time of handing a picture over to the round trip', async () => {
    const { open } = start();
    const { socket, session } = await open();
    const send = socket.send.bind(socket);
    socket.send = (data) => {
      send(data);
      if (typeof data !== 'string') vi.setSystemTime(Date.now() + 7);
    };
    const answer = session.detect(picture);
    await tick(20);
    result(socket, 0);
    expect(await answer).toMatchObject({ roundTripMs: 27 });
    await session.close();
  });

  it('sends the time a frame was taken, and counts on over both kinds of message', async () => {
    const { open } = start({ maxInFlight: 3 });
    const { socket, session } = await open();
    void session.detect(picture);
    const timed = session.detect(picture, { timestampMs: 1_700_000_000_250 });
    await tick(0);
    expect(socket.sent.filter(({ type }) => type === 'frame')).toEqual([
      { type: 'frame', frame_id: 1, timestamp: 1_700_000_000.25, image_data: '/9j/2Q==' },
    ]);
    result(socket, 0);
    result(socket, 1);
    expect(await timed).toMatchObject({ type: 'result' });
    await session.close();
  });

  it('never has more in flight than may be: what is too much is dropped, as a value', async () => {
    const { open } = start({ maxInFlight: 2 });
    const { socket, session } = await open();
    const sent = [session.detect(picture), session.detect(picture)];
    expect(await session.detect(picture, { frameId: 'late' })).toEqual({
      type: 'dropped',
      frameId: 'late',
      reason: 'in_flight',
    });
    await tick(0);
    let isReady = false;
    const ready = session.ready().then(() => (isReady = true));
    await tick(100);
    expect([socket.binaries.length, isReady]).toEqual([2, false]);
    socket.text({ type: 'dropped', frame_id: 0, reason: 'superseded', timestamp: 1 });
    await ready;
    expect(await sent[0]).toEqual({ type: 'dropped', frameId: 0, reason: 'superseded' });
    result(socket, 1);
    await sent[1];
    expect(session.counts().dropped).toMatchObject({ in_flight: 1, superseded: 1 });
    await session.close();
  });

  it('rejects the frame that is wrong, with the server’s code, and goes on', async () => {
    const { open } = start();
    const { socket, session } = await open();
    const bad = session.detect(picture);
    await tick(0);
    socket.text({ type: 'error', error: 'The picture is cut off', code: 'frame_invalid', frame_id: 0, timestamp: 1 });
    await expect(bad).rejects.toMatchObject({ code: 'frame_invalid', message: 'The picture is cut off' });
    const strange = session.detect(picture);
    await tick(0);
    socket.text({ type: 'error', error: 'new', code: 'of_the_future', frame_id: 1, timestamp: 1 });
    await expect(strange).rejects.toMatchObject({ code: 'internal' });
    socket.text({ type: 'news' });
    socket.onmessage?.({ data: '{' });
    result(socket, 77);
    expect(session.counts()).toMatchObject({ failed: 2, inFlight: 0 });
    await session.close();
  });

  it('comes back with the settings it had; frames in flight are rejected, later ones dropped meanwhile', async () => {
    const states: string[] = [];
    const { open, sockets } = start({
      settings: { fps_limit: 5 },
      onState: ({ state, reason }) => states.push(`${state} ${reason}`.trim()),
    });
    const { socket, session } = await open();
    const changed = session.configure({ classes: ['person'] });
    expect(socket.sent.at(-1)).toEqual({ type: 'config', config: { classes: ['person'] } });
    socket.text({ type: 'config', config: { fps_limit: 5, classes: ['person'] } });
    expect(await changed).toEqual({ fps_limit: 5, classes: ['person'] });
    expect(session.config).toEqual({ fps_limit: 5, classes: ['person'] });
    const lost = session.detect(picture);
    const waits = session.configure({ fps_limit: 6 });
    await tick(0);
    lost.catch(() => undefined);
    waits.catch(() => undefined);
    socket.lose(1012, 'the server restarts');
    await expect(lost).rejects.toMatchObject({ code: 'unavailable', message: expect.stringContaining('restarts') });
    await expect(waits).rejects.toMatchObject({ code: 'unavailable' });
    expect(await session.detect(picture)).toMatchObject({ type: 'dropped', reason: 'offline' });
    await tick(125);
    expect(sockets[1]!.url).toBe('ws://test/stream/detection?fps_limit=5&classes=person');
    sockets[1]!.open();
    await session.ready();
    const next = session.detect(picture);
    await tick(0);
    result(sockets[1]!, 0);
    expect(await next).toMatchObject({ type: 'result' });
    expect(states).toEqual(['open', 'reconnecting the server restarts', 'open']);
    expect(session.counts()).toMatchObject({ reconnects: 1, failed: 1, dropped: { offline: 1 } });
    await session.close();
  });

  it('says what is wrong with settings, and keeps those there were', async () => {
    const { open, sockets } = start();
    const { socket, session } = await open();
    const wrong = session.configure({ fps_limit: 99 });
    socket.text({ type: 'error', error: 'fps_limit: expected at most 30', code: 'validation_failed', timestamp: 1 });
    await expect(wrong).rejects.toMatchObject({ code: 'validation_failed' });
    await expect(session.configure({ classes: ['a,b'] })).rejects.toThrow(TypeError);
    socket.lose();
    await tick(125);
    expect(sockets[1]!.url).toBe('ws://test/stream/detection');
    await session.close();
  });

  it('does not open where the server says why not, or nobody is there', async () => {
    const refused = start({}, async () => new LookoutError('unauthorized', 'Sign in first'));
    await tick(0);
    refused.sockets[0]!.lose();
    await expect(refused.opening).rejects.toMatchObject({ code: 'unauthorized' });
    const blocked = start();
    await tick(0);
    blocked.sockets[0]!.lose();
    await expect(blocked.opening).rejects.toMatchObject({ code: 'unavailable', hint: expect.stringContaining('sse') });
    await tick(60_000);
    expect([refused.sockets.length, blocked.sockets.length, vi.getTimerCount()]).toEqual([1, 1, 0]);
    await expect(start({ maxInFlight: 0 }).opening).rejects.toThrow(RangeError);
  });

  it('is over when the server ends it', async () => {
    const { open, sockets } = start();
    const { socket, session } = await open();
    const sent = session.detect(picture);
    sent.catch(() => undefined);
    await tick(0);
    socket.lose(4005, 'the session was deleted');
    await expect(sent).rejects.toMatchObject({ code: 'session_closed' });
    await expect(session.detect(picture)).rejects.toMatchObject({ code: 'session_closed' });
    await expect(session.ready()).rejects.toMatchObject({ code: 'session_closed' });
    expect(session.state).toEqual({ state: 'closed', reason: 'The session ended: the session was deleted' });
    await tick(60_000);
    expect([sockets.length, vi.getTimerCount()]).toEqual([1, 0]);
  });

  it('ends with its signal, while it opens too, and leaves nothing behind', async () => {
    const early = new AbortController();
    const opening = start({ signal: early.signal });
    await tick(0);
    early.abort();
    await expect(opening.opening).rejects.toMatchObject({ name: 'AbortError' });
    const late = new AbortController();
    const { open } = start({ signal: late.signal });
    const { socket, session } = await open();
    late.abort();
    await tick(0);
    expect([socket.readyState, session.state.state, vi.getTimerCount()]).toEqual([3, 'closed', 0]);
    await session.close();
  });

  it('gives up waiting for one frame, whose place stays taken until it is answered', async () => {
    const { open } = start({ maxInFlight: 1 });
    const { socket, session } = await open();
    const abort = new AbortController();
    const given = session.detect(picture, { signal: abort.signal });
    await tick(0);
    abort.abort();
    await expect(given).rejects.toMatchObject({ name: 'AbortError' });
    expect(await session.detect(picture)).toMatchObject({ reason: 'in_flight' });
    result(socket, 0);
    expect(session.counts().inFlight).toBe(0);
    await session.close();
  });

  it('does not wait for ever for an answer', async () => {
    const { open } = start();
    const { socket, session } = await open();
    const forgotten = session.detect(picture);
    forgotten.catch(() => undefined);
    for (let i = 0; i < 32; i++) {
      socket.text({ type: 'pong', timestamp: 1 });
      await tick(1000);
    }
    await expect(forgotten).rejects.toMatchObject({ code: 'unavailable' });
    expect(session.counts().inFlight).toBe(0);
    await session.close();
  });

  it('streams: answers in order, what is wrong as a value, no more asked of the source than fits', async () => {
    const told: string[] = [];
    const { open } = start({ maxInFlight: 2, onAnswer: ({ type }) => told.push(type) });
    const { socket, session } = await open();
    let asked = 0;
    async function* camera() {
      for (; asked < 4; ) {
        asked++;
        yield asked === 2 ? { image: 'no picture:' as const, frameId: 'bad' } : { image: picture, frameId: asked };
      }
    }
    const answers = session.stream(camera());
    const first = answers.next();
    await tick(0);
    expect([asked, socket.binaries.length]).toEqual([2, 1]);
    result(socket, 0);
    expect((await first).value).toMatchObject({ type: 'result', frameId: 1 });
    await expect(answers.next()).rejects.toThrow(TypeError);
    await session.close();
    expect(told).toEqual(['result']);
  });

  it('keeps a listener’s exception out of the session', async () => {
    const thrown: unknown[] = [];
    const queue = vi.spyOn(globalThis, 'queueMicrotask').mockImplementation((report) => {
      try {
        report();
      } catch (error) {
        thrown.push(error);
      }
    });
    const { open } = start({
      onAnswer: () => {
        throw new Error('no canvas');
      },
    });
    const { socket, session } = await open();
    const sent = session.detect(picture);
    await tick(0);
    result(socket, 0);
    expect(await sent).toMatchObject({ type: 'result' });
    expect(thrown).toMatchObject([{ message: 'no canvas' }]);
    queue.mockRestore();
    await session.close();
  });
});
