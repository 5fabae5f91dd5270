import type { JpegFrame } from '@lookout/media';
import type { Box } from '@lookout/protocol';
import { LOOK_LENGTH, type TrackedObject } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import { PictureSet } from '../live/picture-set.js';
import { type IgnoredSpot, SpotFilter } from './spot-filter.js';

/** Looks that have nothing in common: stripes of different directions. */
const stripes = (isUpright: boolean) =>
  Uint8Array.from({ length: LOOK_LENGTH }, (_, i) => ((isUpright ? i % 16 : i >> 4) % 4 < 2 ? 60 : 190));
const cone = stripes(true);
const somebody = stripes(false);

const place: Box = [100, 120, 160, 300];
const spot: IgnoredSpot = {
  id: 's1',
  class_name: 'person',
  box: [100 / 640, 120 / 480, 160 / 640, 300 / 480],
  look: cone,
};

interface Seen {
  id?: number;
  box?: Box;
  className?: string;
  isResident?: boolean;
  /** Out of sight for so long, ms. */
  unseenMs?: number;
}

function object(
  { id = 1, box = place, className = 'person', isResident = false, unseenMs = 0 }: Seen,
  ms: number,
): TrackedObject {
  const times = { firstSeenMs: 0, confirmedMs: 0, lastSeenMs: ms - unseenMs };
  return {
    id,
    class_id: 0,
    class_name: className,
    bbox: box,
    confidence: 0.8,
    velocity: [0, 0],
    ...times,
    isResident,
  };
}

/** A camera with one spot: what counts in each of the frames that follow, five a second. */
function setup(given: readonly IgnoredSpot[] | (() => readonly IgnoredSpot[]) = [spot]) {
  const filter = new SpotFilter();
  let ms = 10_000;
  return (look: Uint8Array, ...seen: Seen[]) => {
    const spots = typeof given === 'function' ? given() : given;
    ms += 200;
    const frame = { kind: 'jpeg', number: ms, timestampMs: ms, width: 640, height: 480 } as JpegFrame;
    const pictures = new PictureSet(frame, { runSoon: () => Promise.reject(), onEncode: () => undefined });
    const objects = seen.map((one) => object(one, ms));
    const looks = spots.length > 0 ? Buffer.concat(spots.map(() => look)) : undefined;
    return filter.filter({ frame, pictures, objects, spots, looks });
  };
}

const ids = (objects: readonly TrackedObject[]) => objects.map(({ id }) => id);

describe('SpotFilter', () => {
  it('ignores what looks as it did when it was said to be wrong', () => {
    const look = setup();
    expect(look(cone, {})).toEqual([]);
    expect(look(cone, { box: [104, 118, 166, 296] })).toEqual([]);
  });

  it.each([
    ['of another class', { className: 'dog' }],
    ['somewhere else', { box: [300, 120, 360, 300] }],
    ['of another size', { box: [100, 200, 130, 300] }],
  ] satisfies [string, Seen][])('counts something %s', (_what, seen) => {
    expect(ids(setup()(cone, seen))).toEqual([1]);
  });

  it('counts somebody who stands there from the first frame on', () => {
    expect(ids(setup()(somebody, { id: 2 }))).toEqual([2]);
  });

  it('counts somebody who takes the place and the track of what stood there, as new, after a second', () => {
    const look = setup();
    for (let i = 0; i < 10; i++) expect(look(cone, { isResident: true })).toEqual([]);
    const counted = Array.from({ length: 10 }, () => look(somebody, { isResident: true }));
    expect(counted.map((objects) => objects.length)).toEqual([0, 0, 0, 0, 0, 1, 1, 1, 1, 1]);
    expect(counted.at(-1)?.[0]).toMatchObject({ firstSeenMs: 12_200, confirmedMs: 12_200, isResident: false });
  });

  it('goes on ignoring it while somebody walks past', () => {
    const look = setup();
    look(cone, {});
    for (let i = 0; i < 4; i++) expect(ids(look(somebody, {}, { id: 2, box: [90, 110, 190, 310] }))).toEqual([2]);
    expect(ids(look(cone, {}, { id: 2, box: [200, 110, 260, 310] }))).toEqual([2]);
  });

  it('goes on ignoring a still object that comes back after it was out of sight', () => {
    const look = setup();
    look(cone, { isResident: true });
    for (let i = 0; i < 20; i++) expect(look(somebody, { isResident: true, unseenMs: 200 * i + 200 })).toEqual([]);
    expect(look(cone, { isResident: true })).toEqual([]);
  });

  it('counts at once what moves away from the spot', () => {
    const look = setup();
    look(cone, {});
    expect(ids(look(cone, { box: [200, 120, 260, 300] }))).toEqual([1]);
  });

  it('does not lose somebody who walks over the spot', () => {
    const look = setup();
    for (let x = 0; x < 300; x += 20) {
      const isThere = Math.abs(x - 100) < 30;
      expect(ids(look(isThere ? somebody : cone, { id: 3, box: [x, 120, x + 60, 300] })), `at ${x}`).toEqual([3]);
    }
  });

  it('ignores what was counted once it has looked as it did for a second', () => {
    const look = setup();
    look(somebody, {});
    const counted = Array.from({ length: 7 }, () => look(cone, {}).length);
    expect(counted).toEqual([1, 1, 1, 1, 1, 0, 0]);
  });

  it('knows a spot by more than one look', () => {
    const look = setup([spot, { ...spot, id: 's2', look: somebody }]);
    expect(look(somebody, {})).toEqual([]);
  });

  it('ignores at once what a user has just said of something in view', () => {
    const spots: IgnoredSpot[][] = [[], [spot]];
    const look = setup(() => spots[0] ?? []);
    expect(ids(look(cone, {}))).toEqual([1]);
    spots.shift();
    expect(look(cone, {})).toEqual([]);
  });

  it('passes everything on where there is no spot', () => {
    const look = setup([]);
    expect(ids(look(cone, {}, { id: 2 }))).toEqual([1, 2]);
  });
});
