import type { Letterbox } from '@lookout/protocol';
import type { ModelInfo } from './model-info.js';

/**
 * The letterbox a model needs for a source of `sourceWidth`×`sourceHeight` pixels. For a model of free input size, the longer
 * side is `size` and the shorter one the next multiple that holds the picture (640×480 at 416 → 416×320), so that a wide picture
 * costs less than a square one. A model of fixed size that takes rectangles is treated likewise.
 * @param size multiple of the model's own step, pixels; ignored for models of fixed input size
 */
export function planLetterbox(
  model: Pick<ModelInfo, 'input' | 'letterbox'>,
  sourceWidth: number,
  sourceHeight: number,
  size: number,
): Letterbox {
  const { input, letterbox } = model;
  const { anchor, fill } = letterbox;
  let { width, height } = input.kind === 'fixed' ? input : { width: size, height: size };
  const scale = Math.min(width / sourceWidth, height / sourceHeight);
  let contentWidth = Math.max(1, Math.min(width, Math.round(sourceWidth * scale)));
  let contentHeight = Math.max(1, Math.min(height, Math.round(sourceHeight * scale)));
  if (input.multiple) {
    width = Math.ceil(contentWidth / input.multiple) * input.multiple;
    height = Math.ceil(contentHeight / input.multiple) * input.multiple;
  }
  if (anchor === 'stretch') {
    contentWidth = width;
    contentHeight = height;
  }
  const centered = anchor === 'center';
  return {
    width,
    height,
    x: centered ? (width - contentWidth) >> 1 : 0,
    y: centered ? (height - contentHeight) >> 1 : 0,
    contentWidth,
    contentHeight,
    fill,
  };
}
