import { Line, LookoutError, Zone } from '@lookout/protocol';
import type { z } from 'zod';

type Point = Zone['points'][number];

/**
 * A zone as given on the command line, `garden=0.1,0.5 0.6,0.5 0.6,1`; the name alone is the whole picture.
 * @throws LookoutError `validation_failed`
 */
export function parseZone(text: string): Zone {
  const { name, points } = parse('--zone', text);
  const whole: Point[] = [
    [0, 0],
    [1, 0],
    [1, 1],
    [0, 1],
  ];
  return checked('--zone', text, Zone, { name, points: points ?? whole });
}

/** A line, `gate=0.2,0.9 0.8,0.9`; the name alone crosses the middle of the picture. @throws LookoutError `validation_failed` */
export function parseLine(text: string): Line {
  const { name, points } = parse('--line', text);
  const [from, to, ...rest] = points ?? [
    [0, 0.5],
    [1, 0.5],
  ];
  if (rest.length > 0) throw invalid('--line', text, 'expected two points');
  return checked('--line', text, Line, { name, from, to });
}

function parse(option: string, text: string): { name: string; points: Point[] | undefined } {
  const [name = '', given] = text.split('=', 2);
  if (given === undefined) return { name, points: undefined };
  const points = given
    .trim()
    .split(/\s+/)
    .map((pair): Point => {
      const [x = Number.NaN, y = Number.NaN, ...rest] = pair.split(',').map(Number);
      if (!Number.isFinite(x) || !Number.isFinite(y) || rest.length > 0) {
        throw invalid(option, text, `expected points as x,y in 0 to 1, got "${pair}"`);
      }
      return [x, y];
    });
  return { name, points };
}

function checked<T>(option: string, text: string, schema: z.ZodType<T>, value: unknown): T {
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  throw invalid(option, text, result.error.issues[0]?.message ?? 'not valid');
}

function invalid(option: string, text: string, problem: string): LookoutError {
  return new LookoutError('validation_failed', `${option} "${text}": ${problem}`);
}
