import { LookoutError } from '@lookout/protocol';
import type { BoxSink, Decode, DecodeContext, OutputFormat, OutputTensor } from '../decoder.js';
import { CellGrid } from './cell-grid.js';
import { IMAGENET_BGR } from './conventions.js';
import { decodeDistanceBins, fitLevels } from './distance-bins.js';
import { expectation } from './expectation.js';
import { logit } from './logit.js';

const STRIDES = [8, 16, 32];

/**
 * NanoDet (RangiLyu, Apache-2.0): three levels, strides 8, 16, 32; 11 bins for NanoDet-g, 8 for NanoDet-m. Input of the
 * original: BGR, ImageNet mean and deviation. Follows `nanodet/model/head/gfl_head.py`. Two forms are known: tables of scores
 * and distances as published, and the bare heads, 1×(classes + 4·bins)×cells, of the cells the graph picked; their scores are
 * logits.
 */
const decode: Decode = (outputs, context, into) => {
  const [output] = outputs;
  if (output?.cells) decodeHeads(output, output.cells, context, into);
  else decodeDistanceBins(outputs, context, into);
};

function decodeHeads({ dims, data }: OutputTensor, picked: Int32Array, context: DecodeContext, into: BoxSink): void {
  const { width, height, classCount, confidence, classIds } = context;
  const [, channels, cells] = dims as [number, number, number];
  const bins = (channels - classCount) / 4;
  if (!Number.isInteger(bins) || bins < 2) {
    throw new LookoutError('model_unsupported', `A head of ${channels} channels is none of ${classCount} classes`);
  }
  const values = data as Float32Array;
  const grid = new CellGrid(width, height, STRIDES);
  // The sigmoid rises, so logits can be compared as they are.
  const least = logit(confidence);
  const distance = (cell: number, side: number) =>
    expectation(values, (classCount + side * bins) * cells + cell, bins, cells);
  for (let classId = 0; classId < classCount; classId++) {
    if (classIds && !classIds.has(classId)) continue;
    const start = classId * cells;
    for (let cell = 0; cell < cells; cell++) {
      const logit = values[start + cell]!;
      if (logit < least) continue;
      grid.seek(picked[cell]!);
      const { stride } = grid;
      const x = grid.column + 0.5;
      const y = grid.row + 0.5;
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

export const nanodet: OutputFormat = {
  format: 'nanodet',
  title: 'NanoDet',
  needsNms: true,
  conventions: [IMAGENET_BGR],
  fit: (facts) => fitLevels(facts, STRIDES.length),
  decode,
  floor: logit,
};
