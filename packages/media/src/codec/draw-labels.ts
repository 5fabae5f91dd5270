import { OVERLAY_LOOK } from '@lookout/protocol/core';
import { length, share, toYuv, WHITE } from './overlay-colors.js';
import type { Glyph, StrokeFont } from './stroke-font.js';
import { type Area, blendArea, blendPixel, type YuvColor, type YuvPicture } from './yuv-picture.js';

/** Behind the text of labels. */
const GLASS = toYuv(OVERLAY_LOOK.label.glass);
const MAX_LABEL_CHARACTERS = 40;
/** Grid units of the font per pixel of font size: capitals of 9 units are as high as those of a 12.5-pixel font. */
const UNITS_PER_TEXT_PIXEL = 12.5;

/** A text, ready to be drawn: white on glass, after a dot. */
export interface Label {
  readonly glyphs: readonly Glyph[];
  /** Pixels. */
  readonly width: number;
  readonly color: YuvColor;
}

/** Measures and draws the labels of one picture. */
export class LabelPen {
  readonly #font: StrokeFont;
  readonly #padding: number;
  readonly #dot: number;
  /** Between dot and text, and between a label and what it names; pixels. */
  readonly gap: number;
  /** Pixels. */
  readonly height: number;

  /**
   * @param scale pixels per unit of `OVERLAY_LOOK`
   * @param fontOfUnit returns the font at a size in pixels per grid unit
   */
  constructor(scale: number, fontOfUnit: (unit: number) => StrokeFont) {
    const { label } = OVERLAY_LOOK;
    this.#font = fontOfUnit((label.text * scale) / UNITS_PER_TEXT_PIXEL);
    this.#padding = Math.round(label.padding * scale);
    this.#dot = Math.max(4, Math.round(label.dot * scale));
    this.gap = Math.max(2, Math.round(label.gap * scale));
    this.height = Math.max(Math.round(label.height.regular * scale), this.#font.height);
  }

  /** @param text cut to a maximum length */
  label(text: string, color: YuvColor): Label {
    const glyphs = [...text].slice(0, MAX_LABEL_CHARACTERS).map((character) => this.#font.glyph(character));
    const textWidth = glyphs.reduce((sum, glyph) => sum + glyph.width, 0);
    return { glyphs, width: 2 * this.#padding + this.#dot + this.gap + textWidth, color };
  }

  /** @param place its top-left corner */
  draw(picture: YuvPicture, { glyphs, width, color }: Label, place: { x: number; y: number }): void {
    const [left, top] = [Math.round(place.x), Math.round(place.y)];
    const middle = top + this.height / 2;
    drawPill(picture, { left, top, right: left + width, bottom: top + this.height });
    drawDot(picture, left + this.#padding + this.#dot / 2, middle, this.#dot / 2, color);
    let x = left + this.#padding + this.#dot + this.gap;
    for (const glyph of glyphs) {
      drawGlyph(picture, x, Math.round(middle - this.#font.height / 2), glyph);
      x += glyph.width;
    }
  }
}

function drawPill(picture: YuvPicture, area: Area): void {
  const radius = (area.bottom - area.top) / 2;
  const { glassOpacity } = OVERLAY_LOOK.label;
  const middle = area.top + radius;
  blendArea(picture, area, GLASS, (x, y) => {
    const acrossX = Math.max(0, area.left + radius - x - 0.5, x + 0.5 - (area.right - radius));
    return glassOpacity * share(radius + 0.5 - length(acrossX, y + 0.5 - middle));
  });
}

function drawDot(picture: YuvPicture, centerX: number, centerY: number, radius: number, color: YuvColor): void {
  const area = {
    left: Math.floor(centerX - radius),
    top: Math.floor(centerY - radius),
    right: Math.ceil(centerX + radius),
    bottom: Math.ceil(centerY + radius),
  };
  blendArea(picture, area, color, (x, y) => share(radius + 0.5 - length(x + 0.5 - centerX, y + 0.5 - centerY)));
}

function drawGlyph(picture: YuvPicture, left: number, top: number, { covered }: Glyph): void {
  const { width, height } = picture;
  for (const pixel of covered) {
    const x = left + ((pixel >> 8) & 255);
    const y = top + (pixel >> 16);
    if (x >= 0 && x < width && y >= 0 && y < height) blendPixel(picture, x, y, WHITE, (pixel & 255) / 255);
  }
}
