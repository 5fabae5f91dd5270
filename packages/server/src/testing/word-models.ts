import { LookoutError } from '@lookout/protocol';
import type { OpenDetection, OtherTask, TaskModelInfo } from '@lookout/vision';
import { DetectionMasks } from '../pipeline/segments/detection-masks.js';
import type { TaskModels } from '../pipeline/task-models/task-models.js';

/** Words that these models know; a text's vector has a 1 for each that it contains. */
const WORDS = ['person', 'helmet', 'car', 'red', 'street'] as const;
const DIMENSION = WORDS.length + 1;

type Calls = Pick<
  TaskModels,
  'model' | 'require' | 'logit' | 'embedTexts' | 'embedCrops' | 'embedPictures' | 'encodeQueries' | 'openDetect'
>;

/** Text models without a graph: the test describes each crop in words, in the order of the boxes. */
export class WordModels implements Calls {
  /** Descriptions of the crops, one per box. */
  crops: string[] = [];
  /** Finds of the open-vocabulary detector; queries are indices of prompts. */
  finds: OpenDetection[] = [];
  /** Calls so far, with the texts or the number of crops. */
  readonly calls: string[] = [];
  /** Awaited by `embedCrops` and `openDetect`. */
  hold: Promise<unknown> = Promise.resolve();
  readonly #tasks: readonly OtherTask[];

  constructor(...tasks: OtherTask[]) {
    this.#tasks = tasks;
  }

  model(task: OtherTask): TaskModelInfo | undefined {
    if (!this.#tasks.includes(task)) return undefined;
    return { name: `${task}-model`, task, family: 'test', graphs: {}, sha256: `${task}-sha`, bytes: 1 };
  }

  require(task: OtherTask): TaskModelInfo {
    const model = this.model(task);
    if (model) return model;
    throw new LookoutError('no_model_for_this', `There is no model for ${task}`, { hint: 'lookout models pull tiny' });
  }

  async logit() {
    return { scale: 10, bias: 0 };
  }

  async embedTexts(texts: readonly string[]) {
    this.require('embed');
    this.calls.push(`texts ${texts.join('; ')}`);
    return texts.map(wordVector);
  }

  async embedCrops(_: Uint8Array, boxes: readonly unknown[]) {
    this.calls.push(`crops ${boxes.length}`);
    await this.hold;
    return boxes.map((_, i) => wordVector(this.crops[i] ?? ''));
  }

  async embedPictures(pictures: readonly Uint8Array[]) {
    this.require('embed');
    return pictures.map(() => wordVector('street'));
  }

  async encodeQueries(texts: readonly string[]) {
    this.calls.push(`queries ${texts.join('; ')}`);
    return { texts, vectors: texts.map(wordVector) };
  }

  async openDetect() {
    this.calls.push('look');
    await this.hold;
    return { detections: this.finds, width: 640, height: 480 };
  }
}

/** L2-normalised. The last dimension is for texts with none of the words. */
function wordVector(text: string): Float32Array {
  const counts: number[] = WORDS.map((word) => (text.includes(word) ? 1 : 0));
  const all = [...counts, counts.some((count) => count > 0) ? 0 : 1];
  const length = Math.hypot(...all);
  return Float32Array.from({ length: DIMENSION }, (_, i) => all[i]! / length);
}

const noModel = () => {
  throw new LookoutError('no_model_for_this', 'There is no model for masks');
};

/** Masks without a segmentation model. */
export const NO_MASKS = new DetectionMasks({
  require: noModel,
  freeze: noModel,
  masks: noModel,
  release: () => undefined,
});
