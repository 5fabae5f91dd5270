/**
 * Derives events from the boxes of an annotated sequence. Shares no code with the rules engine, which is measured against it.
 */
import type { Box } from '@lookout/protocol';
import type { MotSequence } from '../mot/mot-files.js';

/** Shorter absences from a zone do not end a visit, and neither do shorter losses of the person. */
const SHORT_ABSENCE_MS = 1000;
const LOST_MS = 2000;
/** Persons inside a zone at the start of the sequence have not entered it. */
const OPENING_MS = 5000;
/** A line is crossed when the point is beyond it by this share of the box's height. */
const BEYOND = 0.02;

export type Point = readonly [number, number];

/** Pixels. */
export interface TruthZone {
  readonly name: string;
  readonly corners: readonly Point[];
}

export interface TruthLine {
  readonly name: string;
  readonly from: Point;
  readonly to: Point;
}

export interface TrueEvent {
  readonly kind: 'enter' | 'stay' | 'cross';
  readonly place: string;
  readonly person: number;
  /** Time in the sequence at which a rule must fire. */
  readonly atMs: number;
  readonly box: Box;
}

interface Sight {
  readonly atMs: number;
  readonly box: Box;
}

/** The sights of each person, in order of time. */
export function pathsOf({ info, truth }: MotSequence): Map<number, Sight[]> {
  const paths = new Map<number, Sight[]>();
  for (const frame of [...truth.keys()].sort((a, b) => a - b)) {
    for (const { id, bbox } of truth.get(frame) ?? []) {
      const sights = paths.get(id) ?? [];
      sights.push({ atMs: ((frame - 1) * 1000) / info.frameRate, box: bbox });
      paths.set(id, sights);
    }
  }
  return paths;
}

/** Looks up where a person was at a time: the box of the closest frame. */
export function boxesByTime(sequence: MotSequence): (person: number, atMs: number) => Box | undefined {
  const paths = pathsOf(sequence);
  return (person, atMs) => {
    const away = (sight: Sight) => Math.abs(sight.atMs - atMs);
    const [first, ...others] = paths.get(person) ?? [];
    return first && others.reduce((best, sight) => (away(sight) < away(best) ? sight : best), first).box;
  };
}

/** All entries into a zone, and all stays of `seconds` in it. */
export function visitsTo(zone: TruthZone, sequence: MotSequence, seconds: number): TrueEvent[] {
  return [...pathsOf(sequence)].flatMap(([person, sights]) => {
    const events: TrueEvent[] = [];
    for (const visit of splitVisits(sights, zone)) {
      const [first] = visit;
      if (!first) continue;
      const began = sights.indexOf(first);
      const wasThere = began === 0 && first.atMs < OPENING_MS;
      if (!wasThere) events.push({ kind: 'enter', place: zone.name, person, ...first });
      const stayed = longEnough(visit, seconds);
      if (stayed) events.push({ kind: 'stay', place: zone.name, person, ...stayed });
    }
    return events;
  });
}

/** The sights inside, split where the person was outside or not seen for too long. */
function splitVisits(sights: readonly Sight[], { corners }: TruthZone): Sight[][] {
  const visits: Sight[][] = [];
  let previous: Sight | undefined;
  let leftMs: number | undefined;
  for (const sight of sights) {
    const wasLost = previous !== undefined && sight.atMs - previous.atMs >= LOST_MS;
    if (windsAround(corners, footOf(sight.box))) {
      const wasOut = leftMs !== undefined && sight.atMs - leftMs >= SHORT_ABSENCE_MS;
      const current = visits[visits.length - 1];
      if (current === undefined || wasOut || wasLost) visits.push([sight]);
      else current.push(sight);
      leftMs = undefined;
    } else {
      leftMs ??= sight.atMs;
      if (wasLost) leftMs = Number.NEGATIVE_INFINITY;
    }
    previous = sight;
  }
  return visits;
}

/** The sight at which a visit has lasted `seconds`; a loss of a second begins the time anew. */
function longEnough(visit: readonly Sight[], seconds: number): Sight | undefined {
  let since = visit[0]?.atMs ?? 0;
  let previousMs = since;
  for (const sight of visit) {
    if (sight.atMs - previousMs > SHORT_ABSENCE_MS + 150) since = sight.atMs;
    previousMs = sight.atMs;
    if (sight.atMs - since >= seconds * 1000) return sight;
  }
  return undefined;
}

/** All crossings of a line, either way. */
export function crossingsOf(line: TruthLine, sequence: MotSequence): TrueEvent[] {
  return [...pathsOf(sequence)].flatMap(([person, sights]) => {
    const events: TrueEvent[] = [];
    let side = 0;
    let passes = false;
    for (const [index, { atMs, box }] of sights.entries()) {
      const before = sights[index - 1];
      if (before && atMs - before.atMs >= LOST_MS) side = 0;
      const foot = footOf(box);
      const offset = offsetFrom(line, foot);
      if (before && Math.sign(offset) !== Math.sign(offsetFrom(line, footOf(before.box)))) {
        passes = segmentsCross(footOf(before.box), foot, line);
      }
      const beyond = Math.abs(offset) >= BEYOND * (box[3] - box[1]) ? Math.sign(offset) : 0;
      if (beyond === 0 || beyond === side) continue;
      if (side !== 0 && passes) events.push({ kind: 'cross', place: line.name, person, atMs, box });
      side = beyond;
    }
    return events;
  });
}

function footOf([left, , right, bottom]: Box): Point {
  return [left + (right - left) / 2, bottom];
}

/** Winding number of the corners around a point, as the sum of the angles they are seen at. */
function windsAround(corners: readonly Point[], [x, y]: Point): boolean {
  let angle = 0;
  for (const [index, [fromX, fromY]] of corners.entries()) {
    const [toX, toY] = corners[(index + 1) % corners.length] ?? [fromX, fromY];
    const turn = Math.atan2(toY - y, toX - x) - Math.atan2(fromY - y, fromX - x);
    angle += turn > Math.PI ? turn - 2 * Math.PI : turn < -Math.PI ? turn + 2 * Math.PI : turn;
  }
  return Math.abs(angle) > Math.PI;
}

/** Distance from the endless line, its sign the side. */
function offsetFrom({ from, to }: TruthLine, [x, y]: Point): number {
  const length = Math.hypot(to[0] - from[0], to[1] - from[1]);
  return ((x - from[0]) * (to[1] - from[1]) - (y - from[1]) * (to[0] - from[0])) / length;
}

/** Solves for where the way from `a` to `b` meets the line, as shares of both. */
function segmentsCross(a: Point, b: Point, { from, to }: TruthLine): boolean {
  const [ux, uy] = [b[0] - a[0], b[1] - a[1]];
  const [vx, vy] = [to[0] - from[0], to[1] - from[1]];
  const determinant = ux * vy - uy * vx;
  if (determinant === 0) return false;
  const onWay = ((from[0] - a[0]) * vy - (from[1] - a[1]) * vx) / determinant;
  const onLine = ((from[0] - a[0]) * uy - (from[1] - a[1]) * ux) / determinant;
  return onWay >= 0 && onWay <= 1 && onLine >= 0 && onLine <= 1;
}
