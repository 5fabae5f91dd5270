import { seededRandom } from '../../testing/random.js';

/** Draws from a seeded distribution. */
export type Draw = () => number;

/** Gaussian scores (Box–Muller). */
export function gaussian(seed: number, mean: number, deviation: number): Draw {
  const random = seededRandom(seed);
  return () => mean + deviation * Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/** Scores with exponential tails on both sides (Laplace), like those of crops that nearly match. */
export function laplace(seed: number, mean: number, scale: number): Draw {
  const random = seededRandom(seed);
  return () => {
    const u = random() - 0.5;
    return mean - scale * Math.sign(u) * Math.log(1 - 2 * Math.abs(u));
  };
}
