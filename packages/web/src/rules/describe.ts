import type { Camera } from '@lookout/protocol';
import { t } from '../strings/index.js';
import { type Part, type PartValues, TRAITS } from './model/parts.js';
import { cameraOf } from './model/places.js';

const { values } = t.compose;

/** The value of one part of a rule in words. @param parts of the whole rule; at least that one is known */
export function partText(part: Part, parts: Partial<PartValues>, cameras: readonly Camera[]): string {
  const { who, does, where, long, when, loud } = parts;
  switch (part) {
    case 'who':
      return who ? whoText(who, countsWith(parts)) : '';
    case 'does':
      return does ? values.does(does, where?.zone !== undefined) : '';
    case 'where':
      return where ? whereText(where, does, cameras) : '';
    case 'long':
      return long?.seconds === undefined ? values.atOnce : values.longer(long.seconds);
    case 'when':
      return values.when(when?.windows ?? []);
    case 'loud':
      return loud ? values.severity(loud.severity) : '';
  }
}

/** `2 people`, `A person: “person in a red coat”`, `A person, not “person wearing a helmet”` */
function whoText({ classes, phrase, polarity, count }: PartValues['who'], counts: boolean): string {
  const objects = values.objects(classes, counts ? count : undefined);
  return phrase === undefined ? objects : values.described(objects, phrase, polarity === 'absent');
}

/** `back door`, `gate, on Yard`, `every camera` */
function whereText(
  where: PartValues['where'],
  does: PartValues['does'] | undefined,
  cameras: readonly Camera[],
): string {
  const place = does && TRAITS[does.behavior].place === 'line' ? where.line : where.zone;
  const names =
    where.cameras === 'all' ? undefined : values.cameras(where.cameras.map((id) => cameraOf(id, cameras)?.name ?? id));
  if (place === undefined) return names ?? values.everyCamera;
  return names === undefined ? place : values.placeOn(place, names);
}

function countsWith({ does }: Partial<PartValues>): boolean {
  return does === undefined || TRAITS[does.behavior].counts;
}
