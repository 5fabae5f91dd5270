import type { ImageDetections } from '@lookout/protocol';
import type { TaskModelInfo } from '@lookout/vision';
import { expect, it, vi } from 'vitest';
import { DetectionMasks } from './detection-masks.js';

const RLE = { size: [10, 20] as [number, number], counts: '<' };

function modelsOf(family: string) {
  const info: TaskModelInfo = { name: 'tiny', task: 'segment', family, graphs: {}, sha256: '', bytes: 0 };
  return {
    require: () => info,
    freeze: vi.fn(async () => ({ handle: 7, width: 20, height: 10, bytes: 1 })),
    masks: vi.fn(async () => [{ polygon: [], rle: RLE, bbox: [0, 0, 1, 1], score: 1, zone: null } as never]),
    release: vi.fn(),
  };
}

function found(...boxes: ImageDetections['detections'][0]['bbox'][]): ImageDetections {
  const detections = boxes.map((bbox) => ({ bbox, confidence: 0.5, class_id: 0, class_name: 'thing' }));
  return { detections, processing_time_ms: 1, inference_ms: 1, image_size: [20, 10] };
}

const signal = new AbortController().signal;

it('cuts out what is in each box, within the picture, and releases the picture', async () => {
  const models = modelsOf('picosam3');
  const answer = await new DetectionMasks(models).add(new Uint8Array(), found([-3, 1, 25, 9], [4, 4, 4.5, 9]), signal);
  expect(models.masks.mock.calls).toEqual([[7, { points: [], box: [0, 1, 20, 9] }]]);
  expect(answer.detections[0]!.mask).toEqual({ polygon: [], rle: RLE });
  expect(answer.detections[1]).not.toHaveProperty('mask');
  expect(models.release).toHaveBeenCalledWith(7);
});

it('releases the picture if the model fails', async () => {
  const models = modelsOf('sam');
  models.masks.mockRejectedValue(new Error('failed'));
  await expect(new DetectionMasks(models).add(new Uint8Array(), found([0, 0, 9, 9]), signal)).rejects.toThrow('failed');
  expect(models.release).toHaveBeenCalledWith(7);
});

it('cuts out 32 at most, and nothing where nothing was found', async () => {
  const models = modelsOf('sam');
  const many = found(...Array.from({ length: 40 }, (): [number, number, number, number] => [0, 0, 9, 9]));
  const { detections } = await new DetectionMasks(models).add(new Uint8Array(), many, signal);
  expect(detections.filter(({ mask }) => mask)).toHaveLength(32);
  await new DetectionMasks(models).add(new Uint8Array(), found(), signal);
  expect(models.freeze).toHaveBeenCalledOnce();
});

it('says that a model for points can’t do it', () => {
  expect(() => new DetectionMasks(modelsOf('sam-optimum')).check()).toThrow(/takes points only/);
  expect(() => new DetectionMasks(modelsOf('sam')).check()).not.toThrow();
});
