import type { SceneObject } from './scene-object.js';
import type { Change } from './trail.js';

/** Windows over which motion is measured, ms. */
const MOTION_WINDOW_MS = 1200;
const DIRECTION_WINDOW_MS = 2000;
const SLOW_WINDOW_MS = 3000;
const GROWTH_WINDOW_MS = 3000;
/** Motion is steady if each half of the window has this fraction of the overall speed; a jump of the box is not. */
const STEADY_SHARE = 0.35;
/** Minimum speed, in heights per second, and distance, in heights, of directed motion. */
const MIN_DIRECTED_SPEED = 0.2;
const MIN_DIRECTED_WAY = 0.45;
/** Minimum distance of slow motion, in heights, to tell it from standing. */
const MIN_SLOW_WAY = 0.3;
/** Growth per second of what comes nearer, its minimum in total, and its maximum: faster growth is a change of the box. */
const MIN_GROWTH = 0.055;
const MIN_GROWTH_IN_ALL = 0.12;
const MAX_GROWTH = 0.9;
/** The width must grow by this fraction of the height's growth: a person who stands up only gets taller. */
const WIDTH_GROWTH_SHARE = 0.3;

export type Direction = 'left' | 'right' | 'up' | 'down' | 'toward' | 'away';

/** An ongoing motion. */
export interface Motion {
  /** Start of the window in which it was measured, steady time. */
  readonly sinceMs: number;
  /** Heights per second, or growth per second. */
  readonly rate: number;
}

/** Motion faster than `limit`, heights per second. */
export function fastMotion(object: SceneObject, limit: number): Motion | undefined {
  const speed = speedOver(object, MOTION_WINDOW_MS);
  if (!speed || speed.spanS < 0.4 || speed.rate < limit || Math.min(...speed.halves) < 0.7 * limit) return undefined;
  return since(object, speed);
}

/** Motion slower than `limit`, heights per second, but not standing. */
export function slowMotion(object: SceneObject, limit: number): Motion | undefined {
  const speed = speedOver(object, SLOW_WINDOW_MS);
  if (!speed || speed.spanS < 0.8 * (SLOW_WINDOW_MS / 1000)) return undefined;
  const isSlow =
    Math.max(speed.rate, ...speed.halves) < limit && speed.rate * speed.spanS >= MIN_SLOW_WAY && isSteady(speed);
  // An object that approaches at a normal pace moves slowly in the image.
  const growth = object.trail.change('logHeight', GROWTH_WINDOW_MS);
  return isSlow && Math.abs(growth?.rate ?? 0) < MIN_GROWTH ? since(object, speed) : undefined;
}

/** Motion in one direction of the image, or toward or away from the camera. */
export function directedMotion(object: SceneObject, direction: Direction): Motion | undefined {
  if (direction === 'toward' || direction === 'away') return growthMotion(object, direction === 'toward' ? 1 : -1);
  const isAcross = direction === 'left' || direction === 'right';
  const sign = direction === 'left' || direction === 'up' ? -1 : 1;
  const { trail, height } = object;
  const along = scaled(trail.change(isAcross ? 'x' : 'y', DIRECTION_WINDOW_MS), sign / height);
  const aside = scaled(trail.change(isAcross ? 'y' : 'x', DIRECTION_WINDOW_MS), 1 / height);
  if (!along || !aside) return undefined;
  const isDirected = along.rate >= MIN_DIRECTED_SPEED && along.rate * along.spanS >= MIN_DIRECTED_WAY;
  return isDirected && Math.abs(aside.rate) <= along.rate && isSteady(along) ? since(object, along) : undefined;
}

function growthMotion(object: SceneObject, sign: 1 | -1): Motion | undefined {
  const { trail } = object;
  if (trail.wasCut(GROWTH_WINDOW_MS)) return undefined;
  const growth = scaled(trail.change('logHeight', GROWTH_WINDOW_MS), sign);
  const widening = scaled(trail.change('logWidth', GROWTH_WINDOW_MS), sign);
  if (!growth || !widening) return undefined;
  const isGrowing = growth.rate >= MIN_GROWTH && growth.rate <= MAX_GROWTH;
  const isEnough = growth.rate * growth.spanS >= MIN_GROWTH_IN_ALL && isSteady(growth);
  return isGrowing && isEnough && widening.rate >= WIDTH_GROWTH_SHARE * growth.rate ? since(object, growth) : undefined;
}

/** Speed over a window, heights per second; the halves are measured along the window's overall direction. */
function speedOver({ trail, height }: SceneObject, windowMs: number): Change | undefined {
  const across = scaled(trail.change('x', windowMs), 1 / height);
  const down = scaled(trail.change('y', windowMs), 1 / height);
  if (!across || !down) return undefined;
  const rate = Math.hypot(across.rate, down.rate);
  const half = (index: 0 | 1) =>
    rate > 0 ? (across.halves[index] * across.rate + down.halves[index] * down.rate) / rate : 0;
  return { rate, halves: [half(0), half(1)], spanS: across.spanS };
}

function scaled(change: Change | undefined, factor: number): Change | undefined {
  if (!change) return undefined;
  const { rate, halves, spanS } = change;
  return { rate: factor * rate, halves: [factor * halves[0], factor * halves[1]], spanS };
}

function isSteady({ rate, halves }: Change): boolean {
  return Math.min(...halves) >= STEADY_SHARE * Math.max(rate, ...halves);
}

function since(object: SceneObject, { rate, spanS }: Change): Motion {
  return { rate, sinceMs: object.lastSeenMs - spanS * 1000 };
}
