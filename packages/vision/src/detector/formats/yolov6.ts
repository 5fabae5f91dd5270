import type { OutputFormat } from '../decoder.js';
import { UNIT_RGB } from './conventions.js';
import { fitCellRows } from './facts.js';
import { decodeObjectness, followsGrid, isObjectnessConstant } from './objectness.js';

/**
 * YOLOv6 (Meituan). Input of the original: RGB / 255, letterboxed in the middle on 114. Output 1×N×(5 + classes), one row per cell
 * of strides 8, 16, 32: centre, size in input pixels, an objectness that is always 1, class scores, sigmoid done.
 * Follows `yolov6/models/effidehead.py`.
 */
export const yolov6: OutputFormat = {
  format: 'yolov6',
  title: 'YOLOv6',
  needsNms: true,
  conventions: [UNIT_RGB],
  fit: fitCellRows,
  decode: decodeObjectness('yolov6'),
  contradiction(outputs, context) {
    if (!isObjectnessConstant(outputs, context)) return 'its objectness is not 1 everywhere';
    return followsGrid(outputs, context) ? undefined : 'its boxes do not lie about their cells';
  },
};
