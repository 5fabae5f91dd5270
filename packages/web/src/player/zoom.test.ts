import { describe, expect, it } from 'vitest';
import { MAX_ZOOM, NO_ZOOM, panned, pinched, resized, visiblePart, wheelZooms, zoomedAt, zoomedRect } from './zoom.js';

const view = { width: 800, height: 600 };

describe('zoomedAt', () => {
  it('keeps the point where it is', () => {
    const zoom = zoomedAt(NO_ZOOM, 2, { x: 200, y: 300 }, view);
    expect(zoom).toEqual({ scale: 2, x: -200, y: -300 });
    const again = zoomedAt(zoom, 1.5, { x: 200, y: 300 }, view);
    expect(zoomedRect({ x: 200, y: 300, width: 0, height: 0 }, again)).toMatchObject({ x: 200, y: 300 });
  });

  it('neither goes beyond its limits nor lets an edge into the view', () => {
    expect(zoomedAt(NO_ZOOM, 100, { x: 0, y: 0 }, view).scale).toBe(MAX_ZOOM);
    expect(zoomedAt(NO_ZOOM, 0.5, { x: 10, y: 10 }, view)).toEqual(NO_ZOOM);
    const corner = zoomedAt(NO_ZOOM, 4, { x: 800, y: 600 }, view);
    expect(zoomedAt(corner, 0.5, { x: 0, y: 0 }, view)).toEqual({ scale: 2, x: -800, y: -600 });
  });
});

it('pans up to the edges', () => {
  const zoom = zoomedAt(NO_ZOOM, 2, { x: 400, y: 300 }, view);
  expect(panned(zoom, { x: 50, y: -20 }, view)).toEqual({ scale: 2, x: -350, y: -320 });
  expect(panned(zoom, { x: 5000, y: -5000 }, view)).toEqual({ scale: 2, x: 0, y: -600 });
  expect(panned(NO_ZOOM, { x: 50, y: 50 }, view)).toEqual(NO_ZOOM);
});

it('follows two fingers: what is between them stays between them', () => {
  const before = [
    { x: 300, y: 300 },
    { x: 500, y: 300 },
  ] as const;
  const after = [
    { x: 250, y: 320 },
    { x: 650, y: 320 },
  ] as const;
  const start = zoomedAt(NO_ZOOM, 2, { x: 400, y: 300 }, view);
  const zoom = pinched(start, before, after, view);
  expect(zoom.scale).toBe(4);
  const between = zoomedRect({ x: 400, y: 300, width: 0, height: 0 }, zoom);
  expect(between).toMatchObject({ x: 450, y: 320 });
  const apart = [
    { x: 5, y: 5 },
    { x: 5, y: 5 },
  ] as const;
  expect(pinched(start, apart, before, view).scale).toBe(MAX_ZOOM);
});

it('shows the same part when the view changes its size', () => {
  const zoom = { scale: 2, x: -400, y: -150 };
  expect(resized(zoom, view, { width: 400, height: 300 })).toEqual({ scale: 2, x: -200, y: -75 });
  expect(resized(zoom, { width: 0, height: 0 }, view)).toEqual(NO_ZOOM);
});

it('knows what of a picture can be seen', () => {
  expect(visiblePart({ x: -100, y: 50, width: 1000, height: 400 }, view)).toEqual({
    x: 0,
    y: 50,
    width: 800,
    height: 400,
  });
  expect(visiblePart({ x: 900, y: 0, width: 100, height: 100 }, view)).toMatchObject({ width: 0 });
});

describe('wheelZooms', () => {
  const turn = { deltaY: -100, ctrlKey: false, isZoomed: false, isAtTop: true, sinceScrollMs: 10_000 };
  it.each([
    ['up at the top of the page', {}, true],
    ['down, which scrolls the page', { deltaY: 100 }, false],
    ['up on a page that was scrolled', { isAtTop: false }, false],
    ['up at the end of a scroll', { sinceScrollMs: 100 }, false],
    ['down on an enlarged picture', { deltaY: 100, isZoomed: true, isAtTop: false }, true],
    ['two fingers on a touchpad', { deltaY: 100, ctrlKey: true, isAtTop: false }, true],
  ])('%s: %o', (_what, change, zooms) => {
    expect(wheelZooms({ ...turn, ...change })).toBe(zooms);
  });
});
