import { t } from '../strings/index.js';
import { tryWords } from '../strings/try.js';
import { TryError } from './outcome.js';
import { openPicture, type Picture, toJpeg } from './picture-file.js';

/** More frames of a clip hardly differ. */
const FRAMES_PER_SECOND = 2;
/** No model uses a larger picture; this is for the screen. */
const LONGER_SIDE_PX = 1280;
/** A browser that has not read a part of a local file by then does not read it. */
const READ_TIMEOUT_MS = 15_000;
/** Further than any clip lasts, s. */
const BEYOND_END_S = 1e7;

/**
 * When frames are taken from a clip: two a second, or fewer if it is longer, spread evenly.
 * @param durationS of the clip @param most how many there is room for
 * @returns seconds from its beginning
 */
export function frameTimes(durationS: number, most: number): number[] {
  const count = Math.min(most, Math.max(1, Math.floor(durationS * FRAMES_PER_SECOND)));
  const share = durationS / count;
  return Array.from({ length: count }, (_, i) => (i + 0.5) * share);
}

/**
 * Frames of a video file, read by the browser.
 * @throws TryError when the browser can't read it
 */
export async function* clipFrames(file: Blob, name: string, most: number): AsyncGenerator<Picture> {
  const unreadable = (cause?: unknown) =>
    new TryError({ title: tryWords.problems.cannotOpenClip(name), advice: tryWords.problems.clipFormats }, { cause });
  const video = Object.assign(document.createElement('video'), { muted: true, playsInline: true, preload: 'auto' });
  const url = URL.createObjectURL(file);
  try {
    await happens(video, 'loadeddata', () => {
      video.src = url;
    });
    // Recordings of browsers don't say how long they are, until their end was looked for.
    if (!Number.isFinite(video.duration)) await seek(video, BEYOND_END_S);
    const { videoWidth, videoHeight, duration } = video;
    if (videoWidth === 0 || !Number.isFinite(duration)) throw unreadable();
    const scale = Math.min(1, LONGER_SIDE_PX / Math.max(videoWidth, videoHeight));
    for (const time of frameTimes(duration, most)) {
      await seek(video, time);
      const jpeg = await toJpeg(video, Math.round(videoWidth * scale), Math.round(videoHeight * scale));
      yield await openPicture(jpeg, tryWords.pictures.frameOf(name, t.number(time, 1)));
    }
  } catch (error) {
    throw error instanceof TryError ? error : unreadable(error);
  } finally {
    video.removeAttribute('src');
    video.load();
    URL.revokeObjectURL(url);
  }
}

function seek(video: HTMLVideoElement, time: number): Promise<void> {
  return happens(video, 'seeked', () => {
    video.currentTime = time;
  });
}

/** Waits for what `cause` sets off. */
function happens(video: HTMLVideoElement, event: 'loadeddata' | 'seeked', cause: () => void): Promise<void> {
  const over = new AbortController();
  const { signal } = over;
  return new Promise<void>((resolve, reject) => {
    video.addEventListener(event, () => resolve(), { signal });
    video.addEventListener('error', () => reject(video.error), { signal });
    const timer = setTimeout(() => reject(new Error(`No ${event} in time`)), READ_TIMEOUT_MS);
    signal.addEventListener('abort', () => clearTimeout(timer));
    cause();
  }).finally(() => over.abort());
}
