/** How large pictures are where the wall scrolls. */
export type WallSize = 'small' | 'medium' | 'large';

export interface WallGroup {
  readonly name: string;
  /** Ids. */
  readonly cameras: readonly string[];
}

/** How the wall looks in this browser. */
export interface WallSetup {
  /** Ids, in the order of the wall. Cameras that are not in it follow as the server lists them. */
  readonly order: readonly string[];
  readonly groups: readonly WallGroup[];
  readonly size: WallSize;
  /** Whether a camera is shown large when something moves there. */
  readonly wake: boolean;
}

export const SIZES: readonly WallSize[] = ['small', 'medium', 'large'];
export const MAX_GROUPS = 24;
export const MAX_NAME_LENGTH = 40;
/** As many are remembered. */
const MAX_CAMERAS = 512;
const INITIAL: WallSetup = { order: [], groups: [], size: 'medium', wake: true };

/** What was stored, as far as it is one: a part that is not has its initial value. @param stored JSON; null: nothing */
export function readSetup(stored: string | null): WallSetup {
  const { order, groups, size, wake } = parsed(stored);
  return {
    order: idsOf(order),
    groups: (Array.isArray(groups) ? groups : []).flatMap(groupOf).slice(0, MAX_GROUPS),
    size: SIZES.find((each) => each === size) ?? INITIAL.size,
    wake: typeof wake === 'boolean' ? wake : INITIAL.wake,
  };
}

function parsed(stored: string | null): Record<string, unknown> {
  try {
    return Object(JSON.parse(stored ?? '{}')) as Record<string, unknown>;
  } catch {
    return {};
  }
}

function idsOf(value: unknown): string[] {
  const ids = Array.isArray(value) ? value.filter((each) => typeof each === 'string') : [];
  return [...new Set(ids)].slice(0, MAX_CAMERAS);
}

function groupOf(value: unknown): WallGroup[] {
  const { name, cameras } = Object(value) as Record<string, unknown>;
  if (typeof name !== 'string' || name === '' || name.length > MAX_NAME_LENGTH) return [];
  return [{ name, cameras: idsOf(cameras) }];
}

/** Cameras in the order of the wall. */
export function ordered<T extends { id: string }>(cameras: readonly T[], order: readonly string[]): T[] {
  const rank = new Map(order.map((id, index) => [id, index]));
  const rankOf = ({ id }: T) => rank.get(id) ?? order.length;
  return cameras.toSorted((a, b) => rankOf(a) - rankOf(b));
}

/**
 * The order after one of the cameras that are shown was moved. Those that are not shown keep their places.
 * @param all ids in order @param shown some of them, in the same order @param to its index among those shown, once it is there
 * @example afterMove(['a', 'b', 'c', 'd'], ['a', 'c', 'd'], 'd', 0) // ['d', 'b', 'a', 'c']
 */
export function afterMove(all: readonly string[], shown: readonly string[], id: string, to: number): string[] {
  const others = shown.filter((each) => each !== id);
  const place = Math.min(Math.max(to, 0), others.length);
  const next = [...others.slice(0, place), id, ...others.slice(place)];
  const isShown = new Set(shown);
  return all.map((each) => (isShown.has(each) ? (next.shift() ?? each) : each)).slice(0, MAX_CAMERAS);
}

export function findGroup(groups: readonly WallGroup[], name: string): WallGroup | undefined {
  return groups.find((group) => keyOf(group.name) === keyOf(name));
}

/** What is wrong with a group that is to be kept; undefined: nothing. @param before the name of the group that is changed */
export function groupProblem(
  groups: readonly WallGroup[],
  { name, cameras }: WallGroup,
  before: string | undefined,
): 'nameMissing' | 'nameTaken' | 'camerasMissing' | 'tooMany' | undefined {
  if (name.trim() === '') return 'nameMissing';
  const same = findGroup(groups, name);
  if (same && same.name !== before) return 'nameTaken';
  if (cameras.length === 0) return 'camerasMissing';
  return before === undefined && groups.length >= MAX_GROUPS ? 'tooMany' : undefined;
}

/** The groups with one changed, added or, if it is undefined, removed. @param before its name until now; undefined: it is new */
export function withGroup(
  groups: readonly WallGroup[],
  before: string | undefined,
  group: WallGroup | undefined,
): WallGroup[] {
  if (before === undefined) return group ? [...groups, group] : [...groups];
  return groups.flatMap((each) => (each.name === before ? (group ?? []) : each));
}

const keyOf = (name: string) => name.trim().toLowerCase();
