import type { Letterbox } from '@lookout/protocol';
import type { ModelRunner } from '../runtime/model-runner.js';

/** Input size at which models of free input size are tried, pixels. */
export const FREE_INPUT_PX = 416;

/** What is needed to try a model. */
export interface ModelTrial {
  openRunner(file: { name: string; path: string }): Promise<ModelRunner>;
  photos: readonly TrialPhoto[];
}

/** A photo for trying models, and what it shows. */
export interface TrialPhotoFile {
  /** URL of a JPEG. Authors and licences: `photos/README.md`. */
  url: URL;
  /** COCO class name, and a hand-drawn box in 0..1 of the photo. */
  shows: readonly { name: string; box: readonly [x1: number, y1: number, x2: number, y2: number] }[];
}

/** The same, decoded. */
export interface TrialPhoto extends Omit<TrialPhotoFile, 'url'> {
  width: number;
  height: number;
  /** @returns RGB of the letterbox's size, 0..255. */
  rgb(letterbox: Letterbox): Float32Array;
}

const photo = (file: string) => new URL(`../../photos/${file}`, import.meta.url);

export const TRIAL_PHOTOS: readonly TrialPhotoFile[] = [
  { url: photo('astronaut.jpg'), shows: [{ name: 'person', box: [0.01, 0.025, 0.71, 1] }] },
  { url: photo('chelsea.jpg'), shows: [{ name: 'cat', box: [0, 0, 0.94, 1] }] },
  { url: photo('coffee.jpg'), shows: [{ name: 'cup', box: [0.275, 0.047, 0.703, 0.682] }] },
];
