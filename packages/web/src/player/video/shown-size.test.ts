import { expect, it } from 'vitest';
import { shownSize } from './shown-size.js';

const element = (videoWidth: number, videoHeight: number) => ({ videoWidth, videoHeight }) as HTMLVideoElement;

it.each([
  ['upright', element(640, 480), { width: 640, height: 480 }],
  ['turned', element(640, 480), { width: 480, height: 640 }],
  ['square', element(480, 480), { width: 480, height: 480 }],
])('is that of an %s frame as the browser shows it', (_name, video, frame) => {
  expect(shownSize(video, frame)).toEqual({ width: video.videoWidth, height: video.videoHeight });
});

it('is that of the frame while the element still has the one before', () => {
  expect(shownSize(element(640, 480), { width: 1280, height: 720 })).toEqual({ width: 1280, height: 720 });
});
