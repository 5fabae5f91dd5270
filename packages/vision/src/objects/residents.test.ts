import type { Box } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { seededRandom } from '../testing/random.js';
import { createTracker } from './object-tracker.js';
import { type Actor, boxAround, passage, watchYard, type YardReport } from './testing/simulated-yard.js';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const CAR: readonly [number, number] = [160, 80];
const PERSON: readonly [number, number] = [40, 110];

/** Drives in from the left in 8 s, parks, and drives off to the right. */
function parking(arriveMs: number, leaveMs: number, x = 500, y = 400): (ms: number) => Box | undefined {
  const stops = [
    { ms: arriveMs - 8 * SECOND, x: -100, y },
    { ms: arriveMs, x, y },
    { ms: leaveMs, x, y },
    { ms: leaveMs + 8 * SECOND, x: 1300, y },
  ];
  return passage(stops, CAR, true);
}

/** Walks from the left to the right in 10 s. */
function passer(startMs: number, y = 410): Actor {
  const stops = [
    { ms: startMs, x: 200, y },
    { ms: startMs + 10 * SECOND, x: 900, y },
  ];
  return { className: 'person', boxAt: passage(stops, PERSON) };
}

/** Stretches of up to `longestMs` of which there is one about every `everyMs`. */
function stretches(seed: number, untilMs: number, everyMs: number, longestMs: number): (ms: number) => boolean {
  const random = seededRandom(seed);
  const all: [number, number][] = [];
  for (let ms = 2 * MINUTE; ms < untilMs; ms += everyMs * (0.5 + random())) all.push([ms, ms + longestMs * random()]);
  let at = 0;
  return (ms) => {
    while (at < all.length && all[at]![1] < ms) at++;
    return at < all.length && all[at]![0] <= ms;
  };
}

/** The actor, whose box the detector often merges with that of somebody who overlaps it. */
function mergedWith(actor: Actor, others: readonly Actor[]): Actor {
  const boxAt = (ms: number): Box | undefined => {
    const box = actor.boxAt(ms);
    const other = others.map((one) => one.boxAt(ms)).find((one) => box && one && one[2] > box[0] && one[0] < box[2]);
    if (!box || !other || Math.floor(ms / 700) % 2 === 0) return box;
    return [
      Math.min(box[0], other[0]),
      Math.min(box[1], other[1]),
      Math.max(box[2], other[2]),
      Math.max(box[3], other[3]),
    ];
  };
  return { ...actor, boxAt };
}

const within = (fromMs: number, toMs: number) => (ms: number) => ms >= fromMs && ms < toMs;

/** What became of an object: `confirmed 1, ended 1`, without the times it was missed. */
function turns({ lives }: YardReport, id: number | undefined): string[] {
  return lives
    .filter((life) => life.id === id && !['lost', 'recovered', 'born'].includes(life.kind))
    .map((life) => life.kind);
}

describe('a parked car', () => {
  it.each([
    [12, 2],
    [2, 10],
  ])('is one object for %i hours at %i fps, until it leaves and another parks there', (hours, fps) => {
    const leaveMs = hours * HOUR;
    const isNight = (ms: number) => ms > leaveMs / 2;
    const passers = Array.from({ length: 3 * hours }, (_, index) => passer((index + 0.5) * 20 * MINUTE));
    const car: Actor = {
      // At night the detector calls it car and truck in turn, and is less sure of it.
      className: (ms) => (isNight(ms) && Math.floor(ms / 3000) % 2 === 0 ? 'truck' : 'car'),
      score: (ms) => (isNight(ms) ? 0.5 : 0.75),
      boxAt: parking(10 * SECOND, leaveMs),
      isMissed: stretches(3, leaveMs - 2 * MINUTE, 7 * MINUTE, MINUTE),
    };
    const next: Actor = { className: 'car', boxAt: parking(leaveMs + 10 * MINUTE, leaveMs + 2 * HOUR) };
    let farthest = 0;
    const report = watchYard(
      createTracker(),
      [mergedWith(car, passers), next, ...passers],
      { fps, toMs: leaveMs + 20 * MINUTE },
      (objects, ms) => {
        const resident = objects.find(({ isResident }) => isResident);
        if (!resident || ms > leaveMs) return;
        farthest = Math.max(farthest, Math.abs(resident.bbox[0] - 420), Math.abs(resident.bbox[2] - 580));
      },
    );
    const [first, second, ...more] = [...report.idsOf('car'), ...report.idsOf('truck')];
    expect(more).toEqual([]);
    expect(turns(report, first)).toEqual(['confirmed', 'ended']);
    expect(turns(report, second)).toEqual(['confirmed']);
    const ended = report.lives.find((life) => life.id === first && life.kind === 'ended');
    expect(ended?.lastSeenMs).toBeGreaterThan(leaveMs + SECOND);
    expect(ended?.atMs).toBeLessThan(leaveMs + 15 * SECOND);
    // It stands where it stands, whoever walks through its box.
    expect(farthest).toBeLessThan(5);
    expect(report.idsOf('person').length).toBeGreaterThanOrEqual(passers.length);
  });

  it('that is not detected for a night is the same object in the morning', () => {
    const car: Actor = {
      className: 'car',
      boxAt: parking(10 * SECOND, 14 * HOUR),
      isMissed: within(HOUR, 11 * HOUR),
    };
    const report = watchYard(createTracker(), [car], { fps: 2, toMs: 12 * HOUR });
    expect(report.idsOf('car')).toHaveLength(1);
    expect(turns(report, report.idsOf('car')[0])).toEqual(['confirmed', 'ended']);
    expect(report.objects).toMatchObject([{ isResident: true, firstSeenMs: expect.closeTo(4000, -4) }]);
    const back = report.lives.find(({ kind, atMs }) => kind === 'recovered' && atMs > 11 * HOUR);
    expect(back?.atMs).toBeLessThan(11 * HOUR + 5 * SECOND);
  });

  it('that was driven away unseen is another once one drives there', () => {
    const first: Actor = {
      className: 'car',
      boxAt: parking(10 * SECOND, 30 * MINUTE),
      isMissed: (ms) => ms > 20 * MINUTE,
    };
    const second: Actor = { className: 'car', boxAt: parking(40 * MINUTE, 2 * HOUR) };
    const report = watchYard(createTracker(), [first, second], { fps: 5, toMs: 50 * MINUTE });
    const [one, other, ...more] = report.idsOf('car');
    expect(more).toEqual([]);
    expect(turns(report, one)).toEqual(['confirmed', 'ended']);
    expect(report.lives.find(({ id, kind }) => id === one && kind === 'ended')).toMatchObject({
      lastSeenMs: expect.closeTo(20 * MINUTE, -4),
    });
    expect(report.objects).toMatchObject([{ id: other, isResident: true }]);
  });

  it('that left unseen is not one that is first seen in the next place', () => {
    const first: Actor = {
      className: 'car',
      boxAt: (ms) => (ms < 10 * MINUTE ? boxAround(500, 400, ...CAR) : undefined),
    };
    const second: Actor = {
      className: 'car',
      boxAt: (ms) => (ms > 20 * MINUTE ? boxAround(580, 400, ...CAR) : undefined),
    };
    const report = watchYard(createTracker(), [first, second], { fps: 5, jitter: 0.05, toMs: 25 * MINUTE });
    const [one, other, ...more] = report.idsOf('car');
    expect(more).toEqual([]);
    expect(turns(report, one)).toEqual(['confirmed', 'ended']);
    expect(report.objects.map(({ id }) => id)).toEqual([other]);
  });

  it('is not ended by an outage of the camera, nor by one who drives past after it', () => {
    const car: Actor = { className: 'car', boxAt: parking(10 * SECOND, 9 * HOUR) };
    const tracker = createTracker();
    const before = watchYard(tracker, [car], { fps: 5, toMs: 3 * MINUTE });
    const after = watchYard(tracker, [car], { fps: 5, fromMs: HOUR, toMs: HOUR + MINUTE });
    expect(after.idsOf('car')).toEqual(before.idsOf('car'));
    expect(after.lives.map(({ kind }) => kind).filter((kind) => kind === 'ended' || kind === 'confirmed')).toEqual([]);
  });

  it('hidden by a lorry for two minutes is back as itself', () => {
    const car: Actor = {
      className: 'car',
      boxAt: parking(10 * SECOND, HOUR),
      isMissed: within(5 * MINUTE, 7 * MINUTE),
    };
    const lorry: Actor = {
      className: 'truck',
      boxAt: passage(
        [
          { ms: 5 * MINUTE - 6 * SECOND, x: -200, y: 450 },
          { ms: 5 * MINUTE, x: 500, y: 450 },
          { ms: 7 * MINUTE, x: 500, y: 450 },
          { ms: 7 * MINUTE + 6 * SECOND, x: 1200, y: 450 },
        ],
        [380, 240],
        true,
      ),
    };
    const report = watchYard(createTracker(), [car, lorry], { fps: 10, toMs: 9 * MINUTE });
    expect(report.idsOf('car')).toHaveLength(1);
    expect(turns(report, report.idsOf('car')[0])).toEqual(['confirmed']);
    expect(report.idsOf('truck')).toHaveLength(1);
  });
});

describe('a publisher that sends smaller frames', () => {
  it('shows the same objects in them', () => {
    const tracker = createTracker();
    const scene = (factor: number): Actor[] => [
      { className: 'car', boxAt: () => boxAround(500 * factor, 400 * factor, CAR[0] * factor, CAR[1] * factor) },
      {
        className: 'car',
        boxAt: () => boxAround(800 * factor, 400 * factor, CAR[0] * factor, CAR[1] * factor),
        isMissed: (ms) => ms > MINUTE && ms < 100 * SECOND,
      },
    ];
    const before = watchYard(tracker, scene(1), { fps: 5, toMs: 90 * SECOND });
    tracker.rescale(0.5);
    const after = watchYard(tracker, scene(0.5), { fps: 5, fromMs: 90 * SECOND, toMs: 2 * MINUTE });
    expect(before.idsOf('car')).toHaveLength(2);
    expect(after.idsOf('car').sort()).toEqual(before.idsOf('car').sort());
    expect(after.lives.map(({ kind }) => kind)).toEqual(['recovered']);
    expect(after.objects[0]?.bbox[0]).toBeCloseTo(210, -1);
  });
});

describe('a row of parked cars', () => {
  it('keeps its ids through missed detections and passers-by, whoever leaves', () => {
    const places = [300, 380, 460, 540, 620];
    const leaveMs = 30 * MINUTE;
    // Seen at an angle, each overlaps the next by nearly half.
    const passers = Array.from({ length: 5 }, (_, index) => passer((index + 1) * 5 * MINUTE));
    const cars = places.map(
      (x, index): Actor => ({
        className: 'car',
        boxAt:
          index === 2 ? parking(10 * SECOND, leaveMs, x) : (ms) => (ms < 0 ? undefined : boxAround(x, 400, ...CAR)),
        isMissed: stretches(index + 5, leaveMs - 2 * MINUTE, 3 * MINUTE, MINUTE),
      }),
    );
    const idAt = new Map<number, Set<number>>();
    const report = watchYard(
      createTracker(),
      [...cars, ...passers],
      { fps: 5, jitter: 0.05, toMs: leaveMs },
      (objects, ms) => {
        if (ms < MINUTE) return;
        for (const { id, class_name, bbox } of objects) {
          if (class_name !== 'car') continue;
          const center = (bbox[0] + bbox[2]) / 2;
          const place = places.findIndex((x) => Math.abs(x - center) < 40);
          idAt.set(place, (idAt.get(place) ?? new Set()).add(id));
        }
      },
    );
    expect(report.idsOf('car')).toHaveLength(places.length);
    expect([...idAt.keys()].sort()).toEqual([0, 1, 2, 3, 4]);
    for (const ids of idAt.values()) expect(ids.size).toBe(1);
  });
});

describe('a person', () => {
  it('who stands and is missed for a moment stays the same, and who comes to the place later is another', () => {
    const first: Actor = {
      className: 'person',
      boxAt: passage(
        [
          { ms: 0, x: 100, y: 400 },
          { ms: 5 * SECOND, x: 400, y: 400 },
          { ms: 2 * MINUTE, x: 400, y: 400 },
          { ms: 2 * MINUTE + 5 * SECOND, x: 700, y: 400 },
        ],
        PERSON,
      ),
      isMissed: within(MINUTE, MINUTE + 20 * SECOND),
    };
    const second: Actor = {
      className: 'person',
      boxAt: passage(
        [
          { ms: 3 * MINUTE, x: 100, y: 400 },
          { ms: 3 * MINUTE + 5 * SECOND, x: 400, y: 400 },
          { ms: 6 * MINUTE, x: 400, y: 400 },
        ],
        PERSON,
      ),
    };
    const report = watchYard(createTracker(), [first, second], { fps: 10, toMs: 5 * MINUTE });
    const [one, other, ...more] = report.idsOf('person');
    expect(more).toEqual([]);
    expect(turns(report, one)).toEqual(['confirmed', 'ended']);
    expect(report.objects).toMatchObject([{ id: other }]);
  });

  it('who left unseen is replaced by one who walks in, while still expected back', () => {
    const first: Actor = {
      className: 'person',
      boxAt: (ms) => (ms < 3 * MINUTE ? boxAround(400, 400, ...PERSON) : undefined),
    };
    const second: Actor = {
      className: 'person',
      boxAt: passage(
        [
          { ms: 4 * MINUTE, x: 100, y: 400 },
          { ms: 4 * MINUTE + 5 * SECOND, x: 400, y: 400 },
          { ms: 9 * MINUTE, x: 400, y: 400 },
        ],
        PERSON,
      ),
    };
    const report = watchYard(createTracker(), [first, second], { fps: 10, toMs: 5 * MINUTE });
    const [one, other, ...more] = report.idsOf('person');
    expect(more).toEqual([]);
    expect(turns(report, one)).toEqual(['confirmed', 'ended']);
    expect(report.objects).toMatchObject([{ id: other }]);
  });

  it('who sits through passers-by of the same kind keeps the id, and they keep theirs', () => {
    const sitting: Actor = { className: 'person', boxAt: () => boxAround(500, 400, ...PERSON) };
    const passers = Array.from({ length: 12 }, (_, index) => passer((index + 1) * 30 * SECOND, 405));
    // The nearer one hides the one who sits.
    const hidden = (ms: number) =>
      passers.some((one) => Math.abs((one.boxAt(ms)?.[0] ?? Number.POSITIVE_INFINITY) - 480) < 25);
    const places = new Set<number>();
    const report = watchYard(
      createTracker(),
      [{ ...sitting, isMissed: hidden }, ...passers],
      { fps: 10, jitter: 0.05, toMs: 7 * MINUTE },
      (objects, ms) => {
        const at = objects.find(({ bbox, isResident }) => isResident && Math.abs(bbox[0] - 480) < 15);
        if (ms > 2 * MINUTE) places.add(at?.id ?? 0);
      },
    );
    expect([...places]).toEqual([report.idsOf('person')[0]]);
    expect(report.objects).toMatchObject([{ id: report.idsOf('person')[0] }]);
  });

  it('who falls where they stood is shown as lying after a moment', () => {
    const person: Actor = {
      className: 'person',
      boxAt: (ms) => {
        const fallen = Math.min(1, Math.max(0, (ms - 2 * MINUTE) / SECOND));
        return boxAround(400 + 20 * fallen, 400, 40 + 70 * fallen, 110 - 70 * fallen);
      },
    };
    const report = watchYard(createTracker(), [person], { fps: 10, jitter: 0.03, toMs: 2 * MINUTE + 4 * SECOND });
    const [{ bbox } = { bbox: [0, 0, 0, 0] }] = report.objects;
    expect(report.objects).toHaveLength(1);
    expect(bbox[2] - bbox[0]).toBeGreaterThan(90);
  });
});

describe('what is remembered', () => {
  it('is bounded, however many things stood still', () => {
    const tracker = createTracker();
    const crowd = (round: number): Actor[] =>
      Array.from({ length: 40 }, (_, index) => ({
        className: 'car',
        boxAt: () =>
          boxAround(100 + 200 * (index % 10), 200 + 300 * Math.floor(index / 10) + 100 * (round % 2), ...CAR),
      }));
    let listed = 0;
    for (let round = 0; round < 6; round++) {
      watchYard(
        tracker,
        crowd(round),
        { fps: 2, fromMs: round * 2 * MINUTE, toMs: (round + 1) * 2 * MINUTE },
        (objects) => {
          listed = Math.max(listed, objects.length);
        },
      );
    }
    expect(listed).toBeGreaterThan(40);
    expect(listed).toBeLessThanOrEqual(40 + 64);
  });
});
