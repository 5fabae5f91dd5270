import { EMBED_CONTRACTS } from '../embedding/contracts.js';
import { OPEN_DETECT_CONTRACTS } from '../open-detection/contracts.js';
import { SEGMENT_CONTRACTS } from '../segmentation/contracts.js';
import type { GraphContract } from '../tasks/task-model.js';

/** Export formats of models for all other tasks. A model belongs to the first family that fits all its graphs. */
export const TASK_CONTRACTS: readonly GraphContract[] = [
  ...EMBED_CONTRACTS,
  ...OPEN_DETECT_CONTRACTS,
  ...SEGMENT_CONTRACTS,
];
