import type { Letterbox } from '@lookout/protocol';
import type { ModelInfo } from './model-info.js';

/**
 * The letterbox a model wants for a source of `sourceWidth`×`sourceHeight` pixels. For a model of free input size the longer
 * side is `size` and the shorter one the next multiple that holds the picture (640×480 at 416 → 416×320), so that a wide
 * camera costs less than a square. Ignores `size` for models of fixed input.
 */
export function planLetterbox(
  model: Pick<ModelInfo, 'input' | 'letterbox'>,
  sourceWidth: number,
  sourceHeight: number,
  size: number,
): Letterbox {
  const { input, letterbox } = model;
  let { width, height } = input.kind === 'fixed' ? input : { width: size, height: size };
  const scale = Math.min(width / sourceWidth, height / sourceHeight);
  const contentWidth = Math.max(1, Math.min(width, Math.round(sourceWidth * scale)));
  const contentHeight = Math.max(1, Math.min(height, Math.round(sourceHeight * scale)));
  if (input.kind === 'free') {
    width = Math.ceil(contentWidth / input.multiple) * input.multiple;
    height = Math.ceil(contentHeight / input.multiple) * input.multiple;
  }
  const centered = letterbox.anchor === 'center';
  return {
    width,
    height,
    x: centered ? (width - contentWidth) >> 1 : 0,
    y: centered ? (height - contentHeight) >> 1 : 0,
    contentWidth,
    contentHeight,
    fill: letterbox.fill,
  };
}
