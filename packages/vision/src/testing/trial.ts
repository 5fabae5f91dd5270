import { type ModelTrial, TRIAL_PHOTOS } from '../reading/trial-photos.js';
import { openRunner } from '../runtime/onnx-runner.js';
import { letterboxPicture, readFixture } from './pictures.js';

/** Trials with PNGs of the trial photos, which need no JPEG decoder. */
export function pngTrial(): ModelTrial {
  const photos = TRIAL_PHOTOS.map(({ url, shows }) => {
    const picture = readFixture(url.pathname.replace(/.*\/|\.jpg$/g, ''));
    const { width, height } = picture;
    return {
      width,
      height,
      shows,
      rgb: (letterbox: Parameters<typeof letterboxPicture>[1]) => letterboxPicture(picture, letterbox),
    };
  });
  return { openRunner, photos };
}
