import { vi } from 'vitest';

type FrameCallback = Parameters<HTMLVideoElement['requestVideoFrameCallback']>[0];

/** A video element that shows frames when told to. */
export class FakeVideo extends EventTarget {
  buffered: { length: number; start: () => number } = { length: 0, start: () => 0 };
  currentTime = 0;
  playbackRate = 1;
  paused = true;
  error: { message: string } | null = null;
  #callback: FrameCallback | undefined;

  play = vi.fn(async () => {
    this.paused = false;
  });
  load = vi.fn();
  removeAttribute = vi.fn();

  requestVideoFrameCallback(callback: FrameCallback): number {
    this.#callback = callback;
    return 1;
  }

  show(metadata: Partial<VideoFrameCallbackMetadata>): void {
    const callback = this.#callback;
    this.#callback = undefined;
    callback?.(0, { width: 640, height: 480, ...metadata } as VideoFrameCallbackMetadata);
  }
}

/** Makes pages' `document` create this video; undone by `vi.unstubAllGlobals`. */
export function stubVideo(): FakeVideo {
  const video = new FakeVideo();
  vi.stubGlobal('document', { createElement: () => video });
  vi.stubGlobal('HTMLVideoElement', FakeVideo);
  vi.stubGlobal('window', new EventTarget());
  return video;
}
