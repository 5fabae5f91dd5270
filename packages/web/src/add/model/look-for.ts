import { familyOf } from '@lookout/protocol';

/** What most people ask for, in the order in which it is offered; `parcel`: what is carried and left. */
export const FAMILIES = ['person', 'vehicle', 'animal', 'parcel'] as const;
export type Family = (typeof FAMILIES)[number];

/** Any kind of object at all. */
export const ANY = '*';

const PARCELS = new Set('backpack handbag suitcase bag luggage package parcel box'.split(' '));

function familyIn(name: string): Family | undefined {
  if (PARCELS.has(name.toLowerCase())) return 'parcel';
  const family = familyOf(name);
  return family === 'thing' ? undefined : family;
}

/** The kinds of objects in each family that the model can see. @param names all of the model's */
export function familyMembers(names: readonly string[]): ReadonlyMap<Family, readonly string[]> {
  const members = FAMILIES.map((family) => [family, names.filter((name) => familyIn(name) === family)] as const);
  return new Map(members.filter(([, found]) => found.length > 0));
}

/** What is looked for until something else is chosen: all families; without any, everything. */
export function usualChoice(names: readonly string[]): readonly string[] {
  const members = [...familyMembers(names).values()].flat();
  return members.length > 0 ? members : [ANY];
}

/** Whether all, some or none of these are looked for. */
export function shareOf(members: readonly string[], chosen: readonly string[]): 'all' | 'some' | 'none' {
  if (chosen.includes(ANY)) return 'all';
  const count = members.filter((name) => chosen.includes(name)).length;
  return count === 0 ? 'none' : count === members.length ? 'all' : 'some';
}

/** The choice with all of these, or where all of them were chosen, with none of them. @param names all of the model's */
export function toggleMembers(
  members: readonly string[],
  chosen: readonly string[],
  names: readonly string[],
): readonly string[] {
  const before = chosen.includes(ANY) ? names : chosen;
  const without = before.filter((name) => !members.includes(name));
  return shareOf(members, chosen) === 'all' ? without : [...without, ...members];
}

/** As the camera is told; undefined: everything. */
export function classesOf(chosen: readonly string[]): string[] | undefined {
  return chosen.includes(ANY) ? undefined : [...chosen];
}
