import type { LookoutError } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { MediaReceiver } from './media-receiver.js';
import type { VideoTrack } from './session-description.js';

const TRACK: VideoTrack = {
  ...{ codec: 'h264', payloadType: 96, clockRate: 90_000, control: undefined, parameterSets: [] },
  ...{ usesDonl: false, width: undefined, height: undefined, fps: undefined },
};
const PACKET = Uint8Array.from([0x80, 96, 0, 1, ...new Array<number>(8).fill(0), 0x41, 0x9a]);

describe('the stall of a camera', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => void vi.useRealTimers());

  function receive() {
    const failures: LookoutError[] = [];
    const ignore = () => undefined;
    const handlers = { onAccessUnit: ignore, onLost: ignore, onRtcp: ignore, onSenderReport: ignore };
    const receiver = new MediaReceiver(TRACK, true, 8000, { ...handlers, onFailure: (error) => failures.push(error) });
    return { receiver, failures };
  }

  it('is reported once nothing has come for its time', () => {
    const { receiver, failures } = receive();
    vi.advanceTimersByTime(7000);
    receiver.onRtp(PACKET);
    vi.advanceTimersByTime(8000);
    expect(failures).toEqual([]);
    vi.advanceTimersByTime(200);
    expect(failures.map(({ code }) => code)).toEqual(['camera_stalled']);
    receiver.close();
  });

  it('is none where this thread was held up, and reads what has come meanwhile', () => {
    const { receiver, failures } = receive();
    // The timer comes first, and then the socket.
    vi.advanceTimersByTime(8000);
    receiver.onRtp(PACKET);
    vi.advanceTimersByTime(7900);
    expect(failures).toEqual([]);
    receiver.close();
    vi.advanceTimersByTime(60_000);
    expect(failures).toEqual([]);
  });
});
