import type { Letterbox } from '@lookout/protocol';
import type { ModelRunner } from '../runtime/model-runner.js';

/** Input size at which models of free input size are tried, pixels. */
export const FREE_INPUT_PX = 416;

/** What is needed to try a model. */
export interface ModelTrial {
  openRunner(file: { name: string; path: string }): Promise<ModelRunner>;
  photos: readonly TrialPhoto[];
}

/** An object in a trial photo, marked by hand. */
export interface ShownObject {
  /** COCO class name. */
  name: string;
  /** In 0..1 of the photo. */
  box: readonly [x1: number, y1: number, x2: number, y2: number];
  /** Corners, in 0..1 of the photo. */
  outline?: readonly (readonly [x: number, y: number])[];
}

/** A photo for trying models, and what it shows. */
export interface TrialPhotoFile {
  /** URL of a JPEG. Authors and licences: `photos/README.md`. */
  url: URL;
  shows: readonly ShownObject[];
}

/** The same, decoded. */
export interface TrialPhoto extends Omit<TrialPhotoFile, 'url'> {
  width: number;
  height: number;
  /** @returns RGB of the letterbox's size, 0..255. */
  rgb(letterbox: Letterbox): Float32Array;
}

const photo = (file: string) => new URL(`../../photos/${file}`, import.meta.url);

/** Outline of the cup with its handle. */
const CUP = [
  [0.291, 0.234],
  [0.306, 0.15],
  [0.359, 0.084],
  [0.453, 0.047],
  [0.547, 0.061],
  [0.631, 0.126],
  [0.675, 0.224],
  [0.675, 0.35],
  [0.647, 0.505],
  [0.613, 0.584],
  [0.562, 0.664],
  [0.516, 0.706],
  [0.438, 0.706],
  [0.406, 0.687],
  [0.391, 0.748],
  [0.353, 0.771],
  [0.328, 0.724],
  [0.334, 0.654],
  [0.366, 0.579],
  [0.325, 0.491],
  [0.3, 0.374],
] as const;

export const TRIAL_PHOTOS: readonly TrialPhotoFile[] = [
  { url: photo('astronaut.jpg'), shows: [{ name: 'person', box: [0.01, 0.025, 0.71, 1] }] },
  { url: photo('chelsea.jpg'), shows: [{ name: 'cat', box: [0, 0, 0.94, 1] }] },
  { url: photo('coffee.jpg'), shows: [{ name: 'cup', box: [0.275, 0.047, 0.703, 0.682], outline: CUP }] },
];
