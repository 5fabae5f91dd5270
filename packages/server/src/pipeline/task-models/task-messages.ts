import type { Box, SegmentMask } from '@lookout/protocol';
import type {
  MaskPrompt,
  OpenDetection,
  OpenDetectOptions,
  OtherTask,
  TaskModelInfo,
  TextQueries,
} from '@lookout/vision';
import type { FrozenPicture } from './task-models.js';

/** Calls of the thread, and their answers. Images are in any supported format, boxes in pixels of the upright image. */
export interface TaskCalls {
  logit: { job: object; answer: { scale: number; bias: number } };
  embedTexts: { job: { texts: readonly string[] }; answer: Float32Array[] };
  embedCrops: { job: { picture: Uint8Array; boxes: readonly Box[] }; answer: Float32Array[] };
  embedPictures: { job: { pictures: readonly Uint8Array[] }; answer: Float32Array[] };
  glance: { job: { picture: Uint8Array }; answer: Uint8Array };
  encodeQueries: { job: { texts: readonly string[] }; answer: TextQueries };
  openDetect: {
    job: { picture: Uint8Array; queries: TextQueries; options: OpenDetectOptions };
    answer: { detections: OpenDetection[]; width: number; height: number };
  };
  freeze: { job: { picture: Uint8Array }; answer: FrozenPicture };
  masks: { job: { handle: number; prompt: MaskPrompt }; answer: SegmentMask[] };
  release: { job: { handle: number }; answer: undefined };
  closeTexts: { job: object; answer: undefined };
  closeModels: { job: object; answer: undefined };
}
export type TaskCall = keyof TaskCalls;
export type TaskJob = { [C in TaskCall]: { call: C } & TaskCalls[C]['job'] }[TaskCall];

/** Task whose model a call needs; undefined: none. */
export const TASK_OF: Readonly<Record<TaskCall, OtherTask | undefined>> = {
  logit: 'embed',
  embedTexts: 'embed',
  embedCrops: 'embed',
  embedPictures: 'embed',
  glance: undefined,
  encodeQueries: 'open-detect',
  openDetect: 'open-detect',
  freeze: 'segment',
  masks: 'segment',
  release: undefined,
  closeTexts: undefined,
  closeModels: undefined,
};

export interface TaskWorkerSetup {
  /** Counts starts and ends of model runs: odd while a model runs. */
  runs: SharedArrayBuffer;
  /** Threads per model run. */
  threads: number;
}

/** One job at a time. `use` and `close` take effect between jobs. */
export type ToTaskWorker =
  | { type: 'use'; task: OtherTask; model: TaskModelInfo | undefined }
  | { type: 'job'; id: number; job: TaskJob }
  | { type: 'close' };

export type FromTaskWorker =
  /** The model of the current job is being opened, or is now open. */
  | { type: 'opening'; model: string }
  | { type: 'opened'; model: string }
  | { type: 'done'; id: number; answer: unknown; ms: number }
  | { type: 'failed'; id: number; code: string; message: string; hint: string | undefined };
