/** The unit vector in a direction. */
export function unit(...direction: readonly number[]): Float32Array {
  const length = Math.hypot(...direction);
  return Float32Array.from(direction, (part) => part / length);
}
