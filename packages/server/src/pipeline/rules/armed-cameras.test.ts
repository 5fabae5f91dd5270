import type { JpegFrame } from '@lookout/media';
import { describe, expect, it } from 'vitest';
import { setUpLane } from '../../testing/analysis-lane.js';
import { LiveHub } from '../live/live-hub.js';
import { ArmedCameras } from './armed-cameras.js';

/** A camera of 30 fps that analyses nothing while nobody watches. */
function setup() {
  const { lane } = setUpLane({ idleFps: 0 });
  const needed: boolean[] = [];
  const hub = new LiveHub({
    now: () => 0,
    lane,
    pictures: { runSoon: () => Promise.reject(), onEncode: () => undefined },
    onConsumers: (isNeeded) => {
      needed.push(isNeeded);
      expect(hub.viewerCount).toBe(0);
    },
  });
  const clips: number[] = [];
  const armed = new ArmedCameras((_camera, { frame }) => clips.push(frame.timestampMs));
  let number = 0;
  /** Frames of 30 fps; each one that is claimed is taken by a worker at once. */
  const play = (seconds: number) => {
    let analysed = 0;
    for (const end = number + seconds * 30; number < end; number++) {
      const timestampMs = 1000 + (number * 1000) / 30;
      const frame = { kind: 'jpeg', number, timestampMs, receivedMs: timestampMs, width: 640, height: 480 };
      hub.put({ ...frame, jpeg: new Uint8Array(8) } as JpegFrame);
      if (!lane.waiting) continue;
      analysed++;
      lane.forget();
    }
    return analysed;
  };
  return { armed, camera: { id: 'yard', hub }, hub, lane, needed, clips, play };
}

describe('ArmedCameras', () => {
  it('has a camera analysed five times a second, and passes on as many frames', () => {
    const { armed, camera, lane, clips, play } = setup();
    expect(play(2)).toBe(0);
    armed.set([camera]);
    // A frame may come up to a quarter of a period early.
    expect(play(2)).toBe(11);
    expect(lane.wantedFps).toBe(5);
    expect(clips).toHaveLength(11);
  });

  it('keeps a camera open that opens on demand, and lets it go', () => {
    const { armed, camera, needed } = setup();
    armed.set([camera]);
    armed.set([camera]);
    expect(armed.has('yard')).toBe(true);
    expect(needed).toEqual([true, true]);
    armed.set([]);
    expect(needed.at(-1)).toBe(false);
    expect(armed.has('yard')).toBe(false);
  });

  it('lets go of a camera that is removed', () => {
    const { armed, camera, hub } = setup();
    armed.set([camera]);
    hub.close();
    expect(armed.has('yard')).toBe(false);
    armed.close();
  });
});
