import { type Box, type DetectionMask, type ImageDetections, LookoutError } from '@lookout/protocol';
import { segmentTakes } from '@lookout/vision';
import type { TaskModels } from '../task-models/task-models.js';

/** Maximum number of masks for one image, most confident objects first: each is a run of the model. */
const MAX_MASKS = 32;
/** Boxes with a shorter side get no mask, pixels. */
const MIN_SIDE_PX = 2;

/** Masks of detections, on demand. */
export class DetectionMasks {
  readonly #models: Pick<TaskModels, 'require' | 'freeze' | 'masks' | 'release'>;

  constructor(models: Pick<TaskModels, 'require' | 'freeze' | 'masks' | 'release'>) {
    this.#models = models;
  }

  /** To be called before detection. @throws LookoutError `no_model_for_this`, also for a model that takes no boxes */
  check(): void {
    const { name, family } = this.#models.require('segment');
    if (segmentTakes(family).box) return;
    throw new LookoutError('no_model_for_this', `Model ${name} takes points only; masks of detections need boxes`, {
      hint: 'Choose another model for masks.',
    });
  }

  /**
   * @param picture in any supported format
   * @returns the same detections, the first 32 with their masks, where there is one
   */
  async add(picture: Uint8Array, found: ImageDetections, signal: AbortSignal): Promise<ImageDetections> {
    if (found.detections.length === 0) return found;
    const { handle, width, height } = await this.#models.freeze(picture, { signal });
    try {
      const detections: ImageDetections['detections'] = [];
      for (const [i, detection] of found.detections.entries()) {
        signal.throwIfAborted();
        const mask = i < MAX_MASKS ? await this.#maskOf(handle, within(detection.bbox, width, height)) : undefined;
        detections.push({ ...detection, ...(mask && { mask }) });
      }
      return { ...found, detections };
    } finally {
      this.#models.release(handle);
    }
  }

  async #maskOf(handle: number, box: Box): Promise<DetectionMask | undefined> {
    if (box[2] - box[0] < MIN_SIDE_PX || box[3] - box[1] < MIN_SIDE_PX) return undefined;
    const [best] = await this.#models.masks(handle, { points: [], box });
    return best && { polygon: best.polygon, rle: best.rle };
  }
}

function within([x1, y1, x2, y2]: Box, width: number, height: number): Box {
  return [Math.max(0, x1), Math.max(0, y1), Math.min(width, x2), Math.min(height, y2)];
}
