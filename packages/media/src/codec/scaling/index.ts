import type { Frame } from '../native.js';
import { FfmpegScaler } from './ffmpeg-scaler.js';
import type { KernelMemory } from './kernel-memory.js';
import type { RgbScaler } from './rgb-scaler.js';
import { YuvScaler } from './yuv-scaler.js';

export { KernelMemory } from './kernel-memory.js';
export type { RgbScaler } from './rgb-scaler.js';
export { canBeKeptOpen, MAX_STAGED_BYTES } from './staging-frames.js';

/** @param memory absent: FFmpeg scales. */
export function createRgbScaler(
  memory: KernelMemory | undefined,
  source: Frame,
  width: number,
  height: number,
): RgbScaler {
  return memory !== undefined && YuvScaler.canScale(source, width, height)
    ? new YuvScaler(memory, source, width, height)
    : new FfmpegScaler(source, width, height);
}
