import type { OutputFormat } from '../decoder.js';
import { BYTES_BGR } from './conventions.js';
import { fitCellRows } from './facts.js';
import { decodeObjectness, followsGrid, isObjectnessConstant } from './objectness.js';

/**
 * YOLOX (Megvii, Apache-2.0) exported with `--decode_in_inference`: as YOLOX, but the graph applies the grid itself, so that rows
 * hold centre and size in input pixels.
 */
export const yoloxDecoded: OutputFormat = {
  format: 'yolox-decoded',
  title: 'YOLOX with decoded boxes',
  needsNms: true,
  scoresAreProducts: true,
  conventions: [BYTES_BGR],
  fit: fitCellRows,
  decode: decodeObjectness('yolox-decoded'),
  contradiction(outputs, context) {
    if (isObjectnessConstant(outputs, context)) return 'its objectness is 1 everywhere';
    return followsGrid(outputs, context) ? undefined : 'its boxes do not lie about their cells';
  },
};
