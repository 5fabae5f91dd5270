import type { Frame } from '../native.js';
import { AreaScaler, BilinearScaler } from './ffmpeg-scalers.js';
import type { KernelMemory } from './kernel-memory.js';
import type { RgbScaler, Scaling } from './rgb-scaler.js';
import { YuvScaler } from './yuv-scaler.js';

export { KernelMemory } from './kernel-memory.js';
export type { RgbScaler, Scaling } from './rgb-scaler.js';

export function createRgbScaler(
  memory: KernelMemory | undefined,
  source: Frame,
  width: number,
  height: number,
  scaling: Scaling,
): RgbScaler {
  if (scaling === 'area') return new AreaScaler(width, height);
  return memory !== undefined && YuvScaler.canScale(source, width, height)
    ? new YuvScaler(memory, source, width, height)
    : new BilinearScaler(source, width, height);
}
