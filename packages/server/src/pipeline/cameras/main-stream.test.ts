import type { EncodedReport, SourceDemand } from '@lookout/media';
import { LookoutError } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import type { CameraSource, CameraSourceEvents } from './camera-options.js';
import { CameraVideo } from './camera-video.js';
import { MainStream } from './main-stream.js';

const INFO = { transport: 'rtsp/tcp', codec: 'h264', width: 1920, height: 1080, fps: 25 };
const REPORT: EncodedReport = {
  ...{ packets: 25, bytes: 25_000, keyframes: 1, group: undefined, groupKept: true, reordered: false },
  ...{ takers: 0, skipped: 0, undecoded: 24, decoding: 'off', decoder: 'software', overloaded: false },
};

class FakeSource implements CameraSource {
  started = false;
  closed = false;
  wants: SourceDemand | undefined;

  constructor(readonly events: CameraSourceEvents) {}

  start(): void {
    this.started = true;
  }

  demand(demand: SourceDemand): void {
    this.wants = demand;
  }

  async close(): Promise<void> {
    this.closed = true;
  }

  connects(): void {
    this.events.onState('live', 'live');
    this.events.onEncoded?.(REPORT);
    this.events.onInfo(INFO);
  }
}

describe('MainStream', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  async function setUp(fails?: LookoutError) {
    const sources: FakeSource[] = [];
    const onChange = vi.fn();
    let main: MainStream | undefined;
    const video = new CameraVideo(Date.now, () => main?.update());
    main = new MainStream({
      ...{ id: 'yard', video, onChange, now: Date.now, after: Promise.resolve() },
      log: { info: () => undefined, warn: () => undefined },
      open: (events) => {
        if (fails) throw fails;
        const source = new FakeSource(events);
        sources.push(source);
        return source;
      },
    });
    await vi.advanceTimersByTimeAsync(0);
    const play = () => video.encoded.take({ maxBytes: 1e6, maxPackets: 100, onPackets: () => undefined });
    return { main, video, sources, play, onChange };
  }

  it('is opened to learn what it sends, and then waits for a player', async () => {
    const { main, sources } = await setUp();
    expect(sources[0]).toMatchObject({ started: true, wants: { framesFps: 0, packets: false } });
    sources[0]?.events.onState('unreachable', 'no route to host');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(main.view).toMatchObject({ state: 'unreachable', state_reason: 'no route to host' });
    expect(sources[0]?.closed, 'its source tries again by itself').toBe(false);
    sources[0]?.connects();
    await vi.advanceTimersByTimeAsync(4000);
    expect(sources[0]?.closed).toBe(true);
    expect(main.view).toMatchObject({ state: 'off', state_reason: 'opens when somebody plays its video' });
    expect(main.video, 'is remembered').toEqual({ codec: 'h264', width: 1920, height: 1080, fps: 25 });
    expect(main.figures.video).toBeUndefined();
  });

  it('is open while somebody plays, and for a moment after', async () => {
    const { main, sources, play } = await setUp();
    sources[0]?.connects();
    await vi.advanceTimersByTimeAsync(4000);
    const player = play();
    await vi.advanceTimersByTimeAsync(0);
    expect(sources[1]).toMatchObject({ started: true, wants: { framesFps: 0, packets: true } });
    sources[1]?.connects();
    expect(main.figures).toMatchObject({ reconnects: 0, video: { packets: 25, decoding: 'off', takers: 1 } });
    player.close();
    await vi.advanceTimersByTimeAsync(2900);
    const next = play();
    await vi.advanceTimersByTimeAsync(60_000);
    expect(sources.length, 'a page that is loaded again keeps the connection').toBe(2);
    expect(sources[1]?.closed).toBe(false);
    sources[1]?.events.onState('unreachable', 'it hung up');
    sources[1]?.events.onState('live', 'live');
    expect(main.figures.reconnects).toBe(1);
    next.close();
    await vi.advanceTimersByTimeAsync(4000);
    expect(sources[1]?.closed).toBe(true);
    sources[1]?.events.onState('live', 'too late');
    expect(main.view.state).toBe('off');
  });

  it('passes packets on, and none of a source that is gone', async () => {
    const { video, sources, play } = await setUp();
    const player = play();
    const format = { codec: 'h264', framing: 'annexb', fps: null } as const;
    const packet = { data: new Uint8Array(4), format, keyframe: true, ptsMs: 0, dtsMs: 0, timestampMs: 0 };
    sources[0]?.connects();
    sources[0]?.events.onPacket?.(packet);
    expect(player.next()).toBe(packet);
    player.close();
    await vi.advanceTimersByTimeAsync(4000);
    sources[0]?.events.onPacket?.(packet);
    expect(video.encoded.group).toEqual([]);
  });

  it('says that its address can’t be opened, and does not try again', async () => {
    const { main, sources, play } = await setUp(new LookoutError('validation_failed', 'There is no demo clip'));
    play();
    expect(main.view).toMatchObject({ state: 'unsupported', state_reason: 'There is no demo clip' });
    expect(sources).toEqual([]);
    await main.close();
  });
});
