/**
 * How a picture is placed in a model's input: scaled to `contentWidth`×`contentHeight`, with its top-left corner at (`x`, `y`) of a
 * `width`×`height` canvas, the rest of which is `fill`. All in pixels of the model's input.
 *
 * A 640×480 picture in a 416×320 input, with its aspect ratio kept: `{ width: 416, height: 320, x: 0, y: 4, contentWidth: 416,
 * contentHeight: 312, fill: 114 }`.
 */
export interface Letterbox {
  width: number;
  height: number;
  x: number;
  y: number;
  contentWidth: number;
  contentHeight: number;
  /** Grey level of the border, 0..255. */
  fill: number;
}
