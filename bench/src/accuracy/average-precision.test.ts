import { describe, expect, it } from 'vitest';
import { type EvaluatedImage, evaluate, overlap, type Xyxy } from './average-precision.js';

const LEFT: Xyxy = [0, 0, 100, 100];
const RIGHT: Xyxy = [200, 0, 300, 100];
const NOWHERE: Xyxy = [500, 500, 600, 600];

function truth(box: Xyxy, { classId = 0, crowd = false } = {}) {
  return { classId, box, crowd };
}

function found(box: Xyxy, score: number, classId = 0) {
  return { classId, box, score };
}

function image(truths: EvaluatedImage['truths'], detections: EvaluatedImage['detections']): EvaluatedImage {
  return { truths, detections };
}

describe('evaluate', () => {
  it('gives 1 when everything is found exactly', () => {
    const result = evaluate([image([truth(LEFT), truth(RIGHT)], [found(LEFT, 0.9), found(RIGHT, 0.8)])]);
    expect(result).toMatchObject({ map50To95: 1, map50: 1 });
  });

  it('gives 0 when nothing is found', () => {
    expect(evaluate([image([truth(LEFT)], [])])).toMatchObject({ map50To95: 0, map50: 0 });
  });

  it('reads precision at 101 recalls: one of two objects found gives 51/101', () => {
    const result = evaluate([image([truth(LEFT), truth(RIGHT)], [found(LEFT, 0.9)])]);
    expect(result.map50).toBeCloseTo(51 / 101, 12);
  });

  it('makes precision monotone: hit, miss, hit gives precision 1 up to recall 0.5 and 2/3 above', () => {
    const detections = [found(LEFT, 0.9), found(NOWHERE, 0.8), found(RIGHT, 0.7)];
    const result = evaluate([image([truth(LEFT), truth(RIGHT)], detections)]);
    expect(result.map50).toBeCloseTo((51 + 50 * (2 / 3)) / 101, 12);
  });

  it('averages over IoU 0.50 to 0.95: a box of IoU 0.72 counts at five of ten', () => {
    const result = evaluate([image([truth(LEFT)], [found([0, 0, 72, 100], 0.9)])]);
    expect(result.map50).toBe(1);
    expect(result.map50To95).toBeCloseTo(0.5, 12);
  });

  it('counts the second detection of one object as wrong', () => {
    const result = evaluate([
      image([truth(LEFT), truth(RIGHT)], [found(LEFT, 0.9), found(LEFT, 0.8), found(RIGHT, 0.7)]),
    ]);
    expect(result.map50).toBeCloseTo((51 + 50 * (2 / 3)) / 101, 12);
  });

  it('gives a detection the object it overlaps most', () => {
    const near: Xyxy = [30, 0, 130, 100];
    const result = evaluate([image([truth(LEFT), truth(near)], [found(near, 0.9), found(LEFT, 0.8)])]);
    expect(result.map50To95).toBe(1);
  });

  it('orders detections of all pictures by score', () => {
    const result = evaluate([image([truth(LEFT)], [found(LEFT, 0.5)]), image([], [found(NOWHERE, 0.9)])]);
    expect(result.map50).toBeCloseTo(0.5, 12);
  });

  it('leaves out detections that lie in a crowd, however many', () => {
    const crowd = truth([200, 0, 600, 400], { crowd: true });
    const inCrowd = [found([210, 10, 250, 60], 0.99), found([300, 10, 350, 60], 0.98)];
    expect(evaluate([image([truth(LEFT), crowd], [...inCrowd, found(LEFT, 0.9)])]).map50).toBe(1);
  });

  it('prefers an object to the crowd around it', () => {
    const crowd = truth([0, 0, 400, 400], { crowd: true });
    expect(evaluate([image([crowd, truth(LEFT)], [found(LEFT, 0.9)])]).map50To95).toBe(1);
  });

  it('averages over the classes that occur', () => {
    const result = evaluate([
      image([truth(LEFT), truth(RIGHT, { classId: 1 })], [found(LEFT, 0.9), found(NOWHERE, 0.9, 7)]),
    ]);
    expect(result.map50).toBe(0.5);
    expect(result.byClass).toEqual(
      new Map([
        [0, 1],
        [1, 0],
      ]),
    );
  });

  it('takes the best 100 detections of a class in a picture', () => {
    const wrong = Array.from({ length: 100 }, (_, i) => found(NOWHERE, 0.5 + i / 1000));
    expect(evaluate([image([truth(LEFT)], [...wrong, found(LEFT, 0.4)])]).map50).toBe(0);
    expect(evaluate([image([truth(LEFT)], [...wrong.slice(1), found(LEFT, 0.4)])]).map50).toBeCloseTo(0.01, 12);
  });
});

describe('overlap', () => {
  it('is the intersection over the union', () => {
    expect(overlap([0, 0, 10, 10], [5, 0, 15, 10], false)).toBeCloseTo(1 / 3, 12);
    expect(overlap([0, 0, 10, 10], [10, 0, 20, 10], false)).toBe(0);
  });

  it('is the covered share of the box on a crowd', () => {
    expect(overlap([0, 0, 10, 10], [5, 0, 100, 100], true)).toBe(0.5);
  });
});
