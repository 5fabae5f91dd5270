import { readFile } from 'node:fs/promises';
import { PictureCodec } from '@lookout/media/codec';
import { openRunner } from '@lookout/vision/detector';
import { type ModelTrial, TRIAL_PHOTOS, type TrialPhoto } from '@lookout/vision/models';
import { CountedRunner } from '../threads/counted-runner.js';

export interface OpenTrial extends ModelTrial, Disposable {}

/**
 * The decoded trial photos and a way to run models on them. For worker threads only, as both are native.
 * @param runs see `CountedRunner`
 */
export async function openTrial(runs: Int32Array): Promise<OpenTrial> {
  const codec = new PictureCodec();
  const pictures: ReturnType<PictureCodec['decodeJpeg']>[] = [];
  const photos: TrialPhoto[] = [];
  for (const { url, shows } of TRIAL_PHOTOS) {
    const picture = codec.decodeJpeg(await readFile(url));
    pictures.push(picture);
    const { width, height } = picture;
    photos.push({ width, height, shows, rgb: (letterbox) => picture.toRgb(letterbox) });
  }
  return {
    openRunner: async (file) => new CountedRunner(await openRunner(file), runs),
    photos,
    [Symbol.dispose]() {
      for (const picture of pictures) picture[Symbol.dispose]();
      codec.close();
    },
  };
}
