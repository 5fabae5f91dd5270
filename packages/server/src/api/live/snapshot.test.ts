import { LookoutError } from '@lookout/protocol';
import { expect, it } from 'vitest';
import type { Camera } from '../../pipeline/cameras/camera.js';
import { takeSnapshot } from './snapshot.js';

const gone = new LookoutError('frame_gone', 'This frame was discarded');
const detections = [{ class_name: 'person' }];

/** A frame's pictures, as far as a snapshot needs them. */
function picturesOf(number: number, error?: LookoutError) {
  const made = async (text: string) => {
    if (error) throw error;
    return Buffer.from(text);
  };
  return {
    frame: { number, timestampMs: number * 100 },
    overlay: () => made(`plain ${number}`),
    annotated: (_quality: number, drawn: unknown) =>
      made(`${number} with ${drawn === detections ? 'its boxes' : 'others'}`),
  };
}

type Pictures = ReturnType<typeof picturesOf>;

async function take(annotated: boolean, newest: Pictures[], latestAnalysed?: Pictures) {
  const hub = {
    latestAnalysed: latestAnalysed && { pictures: latestAnalysed, inferenceSize: 320, detections },
    nextPicture: async () => newest.shift(),
  };
  const camera = { id: 'yard', hub, state: 'live', stateReason: 'Receiving frames', publicReason: 'none' };
  const { jpeg, frameNumber } = await takeSnapshot(camera as unknown as Camera, annotated, true);
  return [String(jpeg), frameNumber];
}

it('is the newest frame, or the last analysed one with its boxes', async () => {
  expect(await take(false, [picturesOf(7)], picturesOf(5))).toEqual(['plain 7', 7]);
  expect(await take(true, [picturesOf(7)], picturesOf(5))).toEqual(['5 with its boxes', 5]);
});

it('is a newer frame if the capture worker has released one before it was encoded', async () => {
  expect(await take(false, [picturesOf(7, gone), picturesOf(8)])).toEqual(['plain 8', 8]);
  expect(await take(true, [picturesOf(7)], picturesOf(5, gone))).toEqual(['7 with its boxes', 7]);
});

it('fails if every frame is gone, cannot be drawn, or there is none', async () => {
  const released = [7, 8, 9, 10].map((number) => picturesOf(number, gone));
  await expect(take(false, released)).rejects.toBe(gone);
  expect(released).toHaveLength(1);
  const broken = new LookoutError('inference_failed', 'The worker failed');
  await expect(take(false, [picturesOf(7, broken), picturesOf(8)])).rejects.toBe(broken);
  await expect(take(false, [])).rejects.toMatchObject({ code: 'unavailable' });
});
