import { crossingEdges, MAX_REGIONS, regionKey } from '@lookout/protocol';
import { Lines, Masks, Zones } from '../lib/schemas.js';
import { t } from '../strings/index.js';
import { regionsOf, type SentShapes, type Shape } from './shapes.js';

const words = t.zones.problems;
const SCHEMAS = { zones: Zones, lines: Lines, masks: Masks };

/** What is wrong with a shape, in words. */
export interface ShapeProblem {
  /** Undefined where it is about all. */
  shape: Shape | undefined;
  /** The part of the form that it belongs to. */
  field: 'name' | 'points' | 'sides' | 'classes';
  message: string;
}

/** What the server would refuse, by the same rules. */
export function problemsOf(shapes: readonly Shape[]): ShapeProblem[] {
  const { regions, origins } = regionsOf(shapes);
  return (Object.keys(SCHEMAS) as Array<keyof SentShapes['origins']>).flatMap((list) => {
    const issues = SCHEMAS[list].safeParse(regions[list]).error?.issues ?? [];
    return issues.map(({ path: [index, key], message }): ShapeProblem => {
      const shape = typeof index === 'number' ? origins[list][index] : undefined;
      if (!shape) return { shape, field: 'points', message: words.tooMany(MAX_REGIONS) };
      return { shape, ...inWords(shape, String(key), message, shapes) };
    });
  });
}

function inWords(shape: Shape, key: string, message: string, shapes: readonly Shape[]): Omit<ShapeProblem, 'shape'> {
  switch (key) {
    case 'name':
      return { field: 'name', message: nameProblem(shape, shapes) };
    case 'sides':
      return { field: 'sides', message: shape.sides.every((side) => side.trim()) ? words.sameSides : words.oneSide };
    case 'classes':
      return { field: 'classes', message };
    case 'points':
      return { field: 'points', message: crossingEdges(shape.points) ? words.crosses : words.flat };
    default:
      return { field: 'points', message: words.noLength };
  }
}

function nameProblem({ id, kind, name }: Shape, shapes: readonly Shape[]): string {
  if (name.trim() === '') return words.noName;
  const other = shapes.find(
    (one) => one.id !== id && one.kind === kind && regionKey(one.name) === regionKey(name.trim()),
  );
  return other ? words.sameName(other.name) : words.longName;
}
