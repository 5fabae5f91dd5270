import type { Detection, Rect, RegionShape } from '@lookout/protocol';
import { FAMILY_COLOURS, familyOf, OVERLAY_LOOK } from '@lookout/protocol/core';

// The single parts of an overlay on a canvas, in CSS pixels.

export type Size = 'regular' | 'narrow';

/** Of what set off a warning. */
export const ALARM = hex(OVERLAY_LOOK.alarm.colour);
const HALO = `rgb(0 0 0 / ${OVERLAY_LOOK.halo.opacity})`;
const GLASS = hex(OVERLAY_LOOK.label.glass) + Math.round(255 * OVERLAY_LOOK.label.glassOpacity).toString(16);
const TAG_FONT = `550 ${OVERLAY_LOOK.label.text}px "Inter Variable", system-ui, sans-serif`;

/** `#rrggbb`: the colour of a class's family, the same on pages and burnt into pictures. */
export function colourOf(className: string): string {
  return hex(FAMILY_COLOURS[familyOf(className)]);
}

export function drawBox(
  context: CanvasRenderingContext2D,
  { class_name, confirmed }: Detection,
  box: Rect,
  size: Size,
  isAlarmed: boolean,
): void {
  const corner = Math.min(OVERLAY_LOOK.corner[size], OVERLAY_LOOK.maxCornerShare * Math.min(box.width, box.height));
  if (confirmed === false) {
    const { line, dash, gap, opacity } = OVERLAY_LOOK.guess;
    context.save();
    context.setLineDash([dash, gap]);
    context.globalAlpha = opacity;
    strokeInside(context, box, corner, line, hex(FAMILY_COLOURS.thing));
    context.restore();
    return;
  }
  const { width } = OVERLAY_LOOK.halo;
  strokeInside(context, grown(box, width), corner + width, width, HALO);
  const line = (isAlarmed ? OVERLAY_LOOK.alarm.line : OVERLAY_LOOK.line)[size];
  strokeInside(context, box, corner, line, isAlarmed ? ALARM : colourOf(class_name));
}

/** A line whose outer edge is the rectangle's. */
function strokeInside(
  context: CanvasRenderingContext2D,
  rect: Rect,
  corner: number,
  line: number,
  colour: string,
): void {
  const { x, y, width, height } = grown(rect, -line / 2);
  context.beginPath();
  context.roundRect(x, y, Math.max(0, width), Math.max(0, height), Math.max(0, corner - line / 2));
  context.strokeStyle = colour;
  context.lineWidth = line;
  context.stroke();
}

/** A zone or line without its name. */
export function drawRegion(
  context: CanvasRenderingContext2D,
  { area, strokes, colour, lineWidth, fill }: RegionShape,
): void {
  context.save();
  context.lineJoin = 'round';
  context.lineCap = 'round';
  context.beginPath();
  for (const stroke of strokes)
    for (const [i, [x, y]] of stroke.entries()) context[i === 0 ? 'moveTo' : 'lineTo'](x, y);
  context.strokeStyle = HALO;
  context.lineWidth = lineWidth + 2 * OVERLAY_LOOK.halo.width;
  context.stroke();
  if (area) {
    context.globalAlpha = fill;
    context.fillStyle = colour;
    context.fill();
    context.globalAlpha = 1;
  }
  context.strokeStyle = colour;
  context.lineWidth = lineWidth;
  context.stroke();
  context.restore();
}

/** Width of the tag with this text. */
export function measureTag(context: CanvasRenderingContext2D, text: string): number {
  const { label } = OVERLAY_LOOK;
  context.font = TAG_FONT;
  return 2 * label.padding + label.dot + label.gap + context.measureText(text).width;
}

/** White text on glass, after a dot. */
export function drawTag(
  context: CanvasRenderingContext2D,
  text: string,
  colour: string,
  { x, y, width, height }: Rect,
): void {
  const { label } = OVERLAY_LOOK;
  context.beginPath();
  context.roundRect(x, y, width, height, height / 2);
  context.fillStyle = GLASS;
  context.fill();
  context.beginPath();
  context.arc(x + label.padding + label.dot / 2, y + height / 2, label.dot / 2, 0, 2 * Math.PI);
  context.fillStyle = colour;
  context.fill();
  context.font = TAG_FONT;
  context.textBaseline = 'middle';
  context.fillStyle = '#ffffff';
  context.fillText(text, x + label.padding + label.dot + label.gap, y + height / 2 + 0.5);
}

function grown({ x, y, width, height }: Rect, by: number): Rect {
  return { x: x - by, y: y - by, width: width + 2 * by, height: height + 2 * by };
}

function hex(rgb: number): string {
  return `#${rgb.toString(16).padStart(6, '0')}`;
}
