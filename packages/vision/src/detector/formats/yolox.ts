import { LookoutError } from '@lookout/protocol';
import type { Decode, OutputFormat } from '../decoder.js';
import { tableOf } from './table.js';

const STRIDES = [8, 16, 32];

/**
 * YOLOX (Megvii, Apache-2.0). Input of the original: BGR bytes, letterboxed top-left on 114. Output 1×N×(5 + classes), one
 * row per cell of strides 8, 16, 32: offset from the cell, log of the size, both in strides; objectness and class scores,
 * sigmoid done. Follows `yolox/utils/demo_utils.py`.
 */
const decode: Decode = (outputs, { width, height, classCount, confidence, classIds }, into) => {
  const { data, rows, columns } = tableOf(outputs[0], 'yolox', 5 + classCount);
  let at = 0;
  for (const stride of STRIDES) {
    const cellsAcross = Math.floor(width / stride);
    const cells = cellsAcross * Math.floor(height / stride);
    for (let cell = 0; cell < cells; cell++, at += columns) {
      const objectness = data[at + 4]!;
      if (objectness < confidence) continue;
      let classId = 0;
      for (let i = 1; i < classCount; i++) if (data[at + 5 + i]! > data[at + 5 + classId]!) classId = i;
      const score = objectness * data[at + 5 + classId]!;
      if (score < confidence || (classIds && !classIds.has(classId))) continue;
      const centerX = (data[at]! + (cell % cellsAcross)) * stride;
      const centerY = (data[at + 1]! + Math.floor(cell / cellsAcross)) * stride;
      const halfWidth = (Math.exp(data[at + 2]!) * stride) / 2;
      const halfHeight = (Math.exp(data[at + 3]!) * stride) / 2;
      into.add(centerX - halfWidth, centerY - halfHeight, centerX + halfWidth, centerY + halfHeight, score, classId);
    }
  }
  if (at !== rows * columns) {
    throw new LookoutError(
      'model_unsupported',
      `YOLOX gives ${at / columns} rows at ${width}×${height}, the model ${rows}`,
    );
  }
};

export const yolox: OutputFormat = { format: 'yolox', needsNms: true, decode };
