import type { Box } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { describeLook, isSameLook, type LaidOutFrame, LOOK_LENGTH } from './look.js';

type Colour = readonly [r: number, g: number, b: number];
type Scene = (x: number, y: number) => Colour;

const SOURCE = { sourceWidth: 640, sourceHeight: 480 };
const spot: Box = [200, 120, 280, 300];

/** A traffic cone on a pavement of slabs, as the model mistakes it for a person. */
const cone: Scene = (x, y) => {
  const halfWidth = 6 + ((y - 120) / 180) * 34;
  const isCone = y >= 120 && y < 300 && Math.abs(x - 240) < halfWidth;
  if (isCone) return Math.floor((y - 120) / 45) % 2 === 0 ? [220, 90, 40] : [225, 220, 215];
  return Math.floor(x / 60) % 2 === Math.floor(y / 60) % 2 ? [120, 118, 110] : [140, 138, 130];
};

/** Somebody in dark clothes who stands where the cone is. */
const person: Scene = (x, y) => {
  const isHead = (x - 240) ** 2 + (y - 140) ** 2 < 18 ** 2;
  const isBody = y >= 158 && y < 300 && Math.abs(x - 240) < 30;
  if (isHead) return [205, 160, 130];
  if (isBody) return y < 230 ? [40, 50, 90] : [35, 35, 40];
  return cone(x, y);
};

/** A scene as laid out for a model of this size. */
function laidOut(scene: Scene, size = 416): LaidOutFrame {
  const contentHeight = Math.round((size * 480) / 640);
  const letterbox = {
    width: size,
    height: contentHeight + 8,
    x: 0,
    y: 4,
    contentWidth: size,
    contentHeight,
    fill: 114,
  };
  const rgb = new Float32Array(letterbox.width * letterbox.height * 3).fill(114);
  for (let row = 0; row < contentHeight; row++) {
    for (let column = 0; column < size; column++) {
      const [x, y] = [((column + 0.5) / size) * 640, ((row + 0.5) / contentHeight) * 480];
      rgb.set(scene(x, y), ((row + letterbox.y) * letterbox.width + column) * 3);
    }
  }
  return { rgb, letterbox, ...SOURCE };
}

const look = (scene: Scene, size?: number, box = spot) => describeLook(laidOut(scene, size), box);

function inLight(scene: Scene, gain: number, offset = 0): Scene {
  return (x, y) => scene(x, y).map((level) => Math.max(0, Math.min(255, level * gain + offset))) as unknown as Colour;
}

const grey = (scene: Scene): Scene => {
  return (x, y) => {
    const [r, g, b] = scene(x, y);
    const level = 0.299 * r + 0.587 * g + 0.114 * b;
    return [level, level, level];
  };
};

describe('isSameLook', () => {
  it('knows a thing again at another input size of the model', () => {
    expect(look(cone)).toHaveLength(LOOK_LENGTH);
    expect(isSameLook(look(cone), look(cone, 640))).toBe(true);
    expect(isSameLook(look(cone, 640), look(cone, 320))).toBe(true);
  });

  it.each([
    ['dimmer', inLight(cone, 0.7)],
    ['brighter', inLight(cone, 1.1, 10)],
    ['slightly bluish', (x, y) => [cone(x, y)[0] - 8, cone(x, y)[1], cone(x, y)[2] + 8]],
    ['grey, as seen by infrared', grey(cone)],
  ] satisfies [string, Scene][])('knows a thing again in other light: %s', (_light, scene) => {
    expect(isSameLook(look(cone), look(scene))).toBe(true);
  });

  it.each([
    ['by day', cone, person],
    ['in dim light', inLight(cone, 0.25), inLight(person, 0.25)],
    ['by infrared', grey(cone), grey(person)],
    ['in other light than before', cone, inLight(person, 0.6)],
  ] satisfies [string, Scene, Scene][])('tells somebody who stands in its place from it, %s', (_light, before, now) => {
    expect(isSameLook(look(before), look(now))).toBe(false);
  });

  it('tells things of the same shape and another colour apart', () => {
    const blue: Scene = (x, y) => [cone(x, y)[2], cone(x, y)[1], cone(x, y)[0]];
    expect(isSameLook(look(cone), look(blue))).toBe(false);
  });

  it('takes nothing for the same where there is nothing to see', () => {
    const dark: Scene = () => [4, 4, 4];
    expect(isSameLook(look(dark), look(dark))).toBe(false);
  });

  it('repeats the edge of the frame where a box reaches beyond it, and never reads the border of the letterbox', () => {
    const wall: Scene = (_, y) => [y / 2, y / 2, y / 2];
    const beyond: Box = [600, 380, 700, 520];
    expect(isSameLook(look(wall, 416, beyond), look(wall, 640, beyond))).toBe(true);
    expect(Math.min(...look(wall, 416, beyond).subarray(0, 256))).toBeGreaterThan(185);
  });
});
