/** Normal speeds of a class, in its own heights per second: below `slow` is slow, above `fast` is fast. */
export interface NormalSpeed {
  readonly slow: number;
  readonly fast: number;
}

// From typical sizes and speeds: people of 1.75 m walk at 0.8 to 1.8 m/s and run at 3 m/s and more; cars of 1.5 m drive at 2 to 12 m/s in
// front of cameras. Motion along the line of sight appears slower in the image.
const NORMAL_SPEEDS: Readonly<Record<string, NormalSpeed>> = {
  person: { slow: 0.35, fast: 1.6 },
  bicycle: { slow: 1.2, fast: 6.5 },
  motorcycle: { slow: 1.5, fast: 9 },
  car: { slow: 1.2, fast: 8 },
  bus: { slow: 0.6, fast: 4 },
  truck: { slow: 0.6, fast: 4 },
  train: { slow: 0.6, fast: 7 },
  boat: { slow: 0.3, fast: 4 },
  airplane: { slow: 1, fast: 20 },
  bird: { slow: 1, fast: 40 },
  cat: { slow: 0.8, fast: 8 },
  dog: { slow: 0.8, fast: 6 },
  horse: { slow: 0.5, fast: 4 },
  cow: { slow: 0.3, fast: 3 },
  sheep: { slow: 0.5, fast: 5 },
};
const NORMAL_OF_OTHERS: NormalSpeed = { slow: 0.5, fast: 4 };

/** The normal speed of a class. */
export function normalSpeed(className: string): NormalSpeed {
  return NORMAL_SPEEDS[className] ?? NORMAL_OF_OTHERS;
}
