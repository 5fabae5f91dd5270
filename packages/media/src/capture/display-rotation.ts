import { AV_PKT_DATA_DISPLAYMATRIX, type CodecParameters } from '../codec/native.js';
import type { Rotation } from '../encoded/encoded-packet.js';

const MATRIX_BYTES = 9 * 4;

/**
 * How pictures of a stream are turned for display, by the matrix of its container: phones film as they are held, and note it there.
 * @returns undefined if they are not, or if they are mirrored or tilted, which no camera does
 */
export function displayRotation(parameters: CodecParameters): Rotation | undefined {
  const matrix = parameters.getCodedSideData(AV_PKT_DATA_DISPLAYMATRIX);
  if (matrix === null || matrix.length < MATRIX_BYTES) return undefined;
  const at = (index: number) => Math.sign(matrix.readInt32LE(index * 4));
  const [a, b, c, d] = [at(0), at(1), at(3), at(4)];
  if (a === 0 && d === 0 && b === -c) return b > 0 ? 90 : b < 0 ? 270 : undefined;
  return a === -1 && d === -1 && b === 0 && c === 0 ? 180 : undefined;
}
