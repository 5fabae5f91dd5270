/**
 * Kalman filter of a box: centre x, centre y, width and height, each with its rate of change, as four independent two-state filters
 * in closed form (no matrices). A visible object moves at constant velocity; a hidden one's rates decay exponentially (an
 * Ornstein-Uhlenbeck process; Singer, "Estimating optimal tracking filter performance for manned maneuvering targets", 1970), so that
 * its prediction comes to rest instead of running away. One long step gives the same result as many short ones.
 */

/** Numbers per quantity: value, rate, and the covariance's three: value-value, value-rate, rate-rate. Pixels and seconds. */
const STRIDE = 5;
const RATE = 1;
const VALUE_VALUE = 2;
const VALUE_RATE = 3;
const RATE_RATE = 4;

export const CENTER_X = 0;
export const CENTER_Y = STRIDE;
export const WIDTH = 2 * STRIDE;
export const HEIGHT = 3 * STRIDE;
const FILTER_LENGTH = 4 * STRIDE;

/** Motion and measurement noise of a pair of quantities, in object sizes. */
interface Noise {
  /** Standard deviation of a measurement. */
  measured: number;
  /** Initial standard deviation of the rate, 1/s. */
  initialRate: number;
  /** How much the rate wanders within one second, 1/s. */
  wander: number;
  /** Time in which a rate decays to 1/e, s: the centre's while the object is hidden, a side's always. */
  fadeS: number;
}

// Detectors place centres to within about 9 % of an object's size; a walking person covers about one size (√area) per second, can
// change that by a fifth within a second, and keeps the same direction for a few seconds.
const POSITION: Noise = { measured: 0.09, initialRate: 1, wander: 0.2, fadeS: 4 };
// Sides are unreliable: arms, shadows and half-hidden legs change them. Growth is short-lived, as when an arm is stretched out.
const SIDE: Noise = { measured: 0.275, initialRate: 0.16, wander: 0.2, fadeS: 0.25 };

/** Weight of the spread's likelihood: above 1, as an uncertain track is wrong more often than its filter assumes. */
const VAGUENESS_WEIGHT = 1.2;

/** Rounding to pixels adds noise that does not shrink with the box. */
const MIN_SIZE_PX = 8;

/** State of one filter; read it with `CENTER_X` … `HEIGHT` and the functions below. */
export type BoxFilter = Float64Array;

/** Centre, width and height of a measured box, pixels. */
export interface Measurement {
  centerX: number;
  centerY: number;
  width: number;
  height: number;
}

/** Square root of the area, pixels: the unit of all noise. */
export function objectSize(width: number, height: number): number {
  return Math.max(MIN_SIZE_PX, Math.sqrt(width * height));
}

/** A filter for an object just seen for the first time, assumed to be at rest. */
export function createBoxFilter(box: Measurement): BoxFilter {
  const filter = new Float64Array(FILTER_LENGTH);
  const size = objectSize(box.width, box.height);
  begin(filter, CENTER_X, box.centerX, POSITION, size);
  begin(filter, CENTER_Y, box.centerY, POSITION, size);
  begin(filter, WIDTH, box.width, SIDE, size);
  begin(filter, HEIGHT, box.height, SIDE, size);
  return filter;
}

/** Advances the state by `seconds` ≥ 0. @param isInSight whether it was seen just before: its centre then keeps its rate. */
export function predictBox(filter: BoxFilter, seconds: number, isInSight: boolean): void {
  if (seconds === 0) return;
  const size = objectSize(filter[WIDTH]!, filter[HEIGHT]!);
  predictPair(
    filter,
    CENTER_X,
    CENTER_Y,
    POSITION,
    size,
    seconds,
    isInSight ? Number.POSITIVE_INFINITY : POSITION.fadeS,
  );
  predictPair(filter, WIDTH, HEIGHT, SIDE, size, seconds, SIDE.fadeS);
  filter[WIDTH] = Math.max(1, filter[WIDTH]!);
  filter[HEIGHT] = Math.max(1, filter[HEIGHT]!);
}

/** Corrects the state with a measurement taken at the state's time. */
export function correctBox(filter: BoxFilter, centerX: number, centerY: number, width: number, height: number): void {
  const size = objectSize(width, height);
  const positionVariance = variance(POSITION.measured, size);
  const sizeVariance = variance(SIDE.measured, size);
  correct(filter, CENTER_X, centerX, positionVariance);
  correct(filter, CENTER_Y, centerY, positionVariance);
  correct(filter, WIDTH, width, sizeVariance);
  correct(filter, HEIGHT, height, sizeVariance);
}

/** The same box in a picture that is `factor` times as large. */
export function scaleFilter(filter: BoxFilter, factor: number): void {
  for (let at = 0; at < FILTER_LENGTH; at++) filter[at]! *= at % STRIDE < VALUE_VALUE ? factor : factor * factor;
}

/** Rate of a quantity, pixels per second: `rateOf(filter, CENTER_X)`. */
export function rateOf(filter: BoxFilter, quantity: number): number {
  return filter[quantity + RATE]!;
}

/** Variance of a measured centre around the predicted one, the same in x and y, px². */
export function centerVariance(filter: BoxFilter): number {
  return filter[CENTER_X + VALUE_VALUE]! + variance(POSITION.measured, objectSize(filter[WIDTH]!, filter[HEIGHT]!));
}

/** Variance of a measured side around the predicted one, the same for width and height, px². */
export function sideVariance(filter: BoxFilter): number {
  return filter[WIDTH + VALUE_VALUE]! + variance(SIDE.measured, objectSize(filter[WIDTH]!, filter[HEIGHT]!));
}

/**
 * The part of a claim's cost that comes from the prediction's spread beyond a measurement's own: −2 ln of the density's peak, weighted.
 * 0 for a certain prediction; rises with each second out of sight.
 */
export function vagueness(filter: BoxFilter): number {
  const size = objectSize(filter[WIDTH]!, filter[HEIGHT]!);
  const center = centerVariance(filter) / variance(POSITION.measured, size);
  const side = sideVariance(filter) / variance(SIDE.measured, size);
  return VAGUENESS_WEIGHT * 2 * Math.log(center * side);
}

function begin(filter: BoxFilter, at: number, value: number, noise: Noise, size: number): void {
  filter[at] = value;
  filter[at + VALUE_VALUE] = variance(noise.measured, size);
  filter[at + RATE_RATE] = variance(noise.initialRate, size);
}

function predictPair(
  filter: BoxFilter,
  a: number,
  b: number,
  noise: Noise,
  size: number,
  seconds: number,
  fadeS: number,
): void {
  const fade = Math.exp(-seconds / fadeS);
  const reach = fadeS === Number.POSITIVE_INFINITY ? seconds : fadeS * (1 - fade);
  const wander = variance(noise.wander, size) * seconds;
  predict(filter, a, fade, reach, wander, seconds);
  predict(filter, b, fade, reach, wander, seconds);
}

/** White noise on the rate, integrated over the step: [t³/3, t²/2; t²/2, t] times its density. */
function predict(filter: BoxFilter, at: number, fade: number, reach: number, wander: number, seconds: number): void {
  const valueRate = filter[at + VALUE_RATE]!;
  const rateRate = filter[at + RATE_RATE]!;
  filter[at]! += reach * filter[at + RATE]!;
  filter[at + RATE]! *= fade;
  filter[at + VALUE_VALUE]! += 2 * reach * valueRate + reach * reach * rateRate + (wander * seconds * seconds) / 3;
  filter[at + VALUE_RATE] = fade * (valueRate + reach * rateRate) + (wander * seconds) / 2;
  filter[at + RATE_RATE] = fade * fade * rateRate + wander;
}

function correct(filter: BoxFilter, at: number, measured: number, measuredVariance: number): void {
  const valueValue = filter[at + VALUE_VALUE]!;
  const valueRate = filter[at + VALUE_RATE]!;
  const total = valueValue + measuredVariance;
  const innovation = measured - filter[at]!;
  filter[at]! += (valueValue / total) * innovation;
  filter[at + RATE]! += (valueRate / total) * innovation;
  filter[at + VALUE_VALUE] = (valueValue * measuredVariance) / total;
  filter[at + VALUE_RATE] = (valueRate * measuredVariance) / total;
  filter[at + RATE_RATE]! -= (valueRate * valueRate) / total;
}

function variance(deviation: number, size: number): number {
  return deviation * size * deviation * size;
}
