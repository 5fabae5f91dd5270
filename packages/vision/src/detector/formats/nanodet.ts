import { LookoutError } from '@lookout/protocol';
import type { Candidates } from '../candidates.js';
import type { Decode, DecodeContext, OutputFormat, OutputTensor } from '../decoder.js';
import { decodeDistanceBins } from './distance-bins.js';
import { expectation } from './expectation.js';

/**
 * NanoDet (RangiLyu, Apache-2.0): three levels, strides 8, 16, 32; 11 bins for NanoDet-g, 8 for NanoDet-m. Input of the
 * original: BGR, ImageNet mean and deviation. Follows `nanodet/model/head/gfl_head.py`. Two forms are known: tables of scores
 * and distances as published, and the bare heads 1×(classes + 4·bins)×rows×columns, whose scores are logits.
 */
const decode: Decode = (outputs, context, into) => {
  if (outputs[0]?.dims.length !== 4) return decodeDistanceBins(outputs, context, into);
  for (const output of outputs) decodeHead(output, context, into);
};

function decodeHead({ dims, data }: OutputTensor, context: DecodeContext, into: Candidates): void {
  const { width, classCount, confidence, classIds } = context;
  const [, channels, rows, columns] = dims as [number, number, number, number];
  const bins = (channels - classCount) / 4;
  if (!Number.isInteger(bins) || bins < 2) {
    throw new LookoutError('model_unsupported', `A head of ${channels} channels is none of ${classCount} classes`);
  }
  const values = data as Float32Array;
  const cells = rows * columns;
  const stride = width / columns;
  // The sigmoid rises, so logits can be compared as they are.
  const least = Math.log(confidence / (1 - confidence));
  const distance = (cell: number, side: number) =>
    expectation(values, (classCount + side * bins) * cells + cell, bins, cells);
  for (let classId = 0; classId < classCount; classId++) {
    if (classIds && !classIds.has(classId)) continue;
    const start = classId * cells;
    for (let cell = 0; cell < cells; cell++) {
      const logit = values[start + cell]!;
      if (logit < least) continue;
      const x = (cell % columns) + 0.5;
      const y = Math.floor(cell / columns) + 0.5;
      into.add(
        (x - distance(cell, 0)) * stride,
        (y - distance(cell, 1)) * stride,
        (x + distance(cell, 2)) * stride,
        (y + distance(cell, 3)) * stride,
        1 / (1 + Math.exp(-logit)),
        classId,
      );
    }
  }
}

export const nanodet: OutputFormat = { format: 'nanodet', needsNms: true, decode };
