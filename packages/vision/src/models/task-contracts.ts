import { EMBED_CONTRACTS } from '../embedding/contracts.js';
import { OPEN_DETECT_CONTRACTS } from '../open-detection/contracts.js';
import { SEGMENT_CONTRACTS } from '../segmentation/contracts.js';
import type { GraphContract } from '../tasks/task-model.js';

/** Every export format of models for the other tasks. A model is of the first family that all its graphs fit. */
export const TASK_CONTRACTS: readonly GraphContract[] = [
  ...EMBED_CONTRACTS,
  ...OPEN_DETECT_CONTRACTS,
  ...SEGMENT_CONTRACTS,
];
