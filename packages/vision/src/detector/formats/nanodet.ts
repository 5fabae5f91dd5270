import type { OutputFormat } from '../decoder.js';
import { decodeDistanceBins } from './distance-bins.js';

/**
 * NanoDet (RangiLyu, Apache-2.0): three levels, strides 8, 16, 32; 11 bins for NanoDet-g, 8 for NanoDet-m. Input of the
 * original: BGR, ImageNet mean and deviation. Follows `nanodet/model/head/gfl_head.py`.
 */
export const nanodet: OutputFormat = { format: 'nanodet', needsNms: true, decode: decodeDistanceBins };
