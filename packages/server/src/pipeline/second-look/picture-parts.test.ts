import { describe, expect, it } from 'vitest';
import { boxAround, cropOf, emptyPart } from './picture-parts.js';

const SIZE = [640, 480] as const;

describe('cropOf', () => {
  it('adds half of each side around the box', () => {
    expect(cropOf([200, 100, 400, 300], SIZE)).toEqual([150, 50, 450, 350]);
  });

  it('moves into the picture at its border, and keeps its size', () => {
    expect(cropOf([0, 380, 200, 480], SIZE)).toEqual([0, 330, 300, 480]);
  });

  it('is never larger than the picture, nor too small to be recognised', () => {
    expect(cropOf([10, 10, 630, 470], SIZE)).toEqual([0, 0, 640, 480]);
    expect(cropOf([320, 240, 330, 250], SIZE)).toEqual([277, 197, 373, 293]);
  });
});

describe('boxAround', () => {
  it('holds all boxes; without any there is none', () => {
    const boxes = [
      [10, 20, 30, 40],
      [5, 30, 20, 90],
    ] as const;
    expect(boxAround(boxes.map((box) => [...box]))).toEqual([5, 20, 30, 90]);
    expect(boxAround([])).toBeUndefined();
  });
});

describe('emptyPart', () => {
  it('lies where nothing is, far from the object', () => {
    const part = emptyPart([0, 0, 100, 100], [[500, 300, 640, 480]], SIZE);
    expect(part).toEqual([540, 190, 640, 290]);
  });

  it('does not exist where objects are everywhere', () => {
    expect(emptyPart([0, 0, 400, 300], [], SIZE)).toBeUndefined();
    expect(emptyPart([0, 0, 100, 100], [[0, 0, 640, 480]], SIZE)).toBeUndefined();
  });
});
