import type { Draft } from '../clauses/draft.js';
import type { Source } from '../context/source.js';
import type { Place, PlaceName } from '../phrases/chunk.js';
import { ask, refuse } from '../text/issue.js';
import { textOf } from '../text/tokens.js';
import type { Preposition } from '../words/places.js';
import type { Account } from './account.js';

/** Where a condition holds: one rule for each zone, on these cameras. */
export interface PlaceReading {
  readonly zones: readonly string[];
  readonly cameras?: readonly string[];
  /** One rule for each. */
  readonly lines: readonly string[];
  /** "in the kitchen or the garage": what is said of both. */
  readonly joinedZones?: { readonly start: number; readonly end: number };
}

/** What a behaviour wants of a place. */
export interface PlaceUse {
  /** Prepositions that a zone may stand with. */
  readonly zone: ReadonlySet<Preposition>;
  /** Whether it is about a line. */
  readonly line: boolean;
  /** Places that are sides of a line. */
  readonly sides?: readonly Place[];
  /** The zone meant by "there". */
  readonly there?: readonly string[];
}

/** "in the kitchen or on the hall camera": a clause for the zones, and one for the cameras. */
export function eachKindOfPlace(draft: Draft): Draft[] {
  const isCamera = ({ zone, line, camera, labelled }: PlaceName) =>
    labelled || (camera !== undefined && zone === undefined && line === undefined);
  const place = draft.places.find(({ names, camera }) => !camera && names.some(isCamera) && !names.every(isCamera));
  if (!place) return [draft];
  const labelled = place.join === 'and' && place.names.some((name) => name.labelled);
  if (labelled || draft.subject.members[0]?.negative || draft.verbs.members[0]?.negated) {
    const { start, end } = place;
    return [{ ...draft, issues: [...draft.issues, ask('zone', start, end, 'Is “%” one place, or one or the other?')] }];
  }
  const only = (names: readonly PlaceName[]) => draft.places.map((one) => (one === place ? { ...place, names } : one));
  return [
    { ...draft, places: only(place.names.filter((name) => !isCamera(name))) },
    { ...draft, places: only(place.names.filter(isCamera)) },
  ];
}

const NEAR_ENOUGH = new Set<Preposition>(['near']);

/** Reads the places of a clause as zones, cameras and a line. */
export function readPlaces(source: Source, draft: Draft, use: PlaceUse, account: Account): PlaceReading {
  const zones: string[] = [];
  let cameras: string[] | undefined;
  const lines: string[] = [];
  let zonePlace: Place | undefined;
  let joinedZones: PlaceReading['joinedZones'];
  for (const place of draft.places) {
    account.assume(...place.assumptions);
    if (use.sides?.includes(place)) continue;
    if (place.unknown) {
      account.problem(unknownPlace(source, place, use));
      continue;
    }
    if (place.special) {
      readSpecial(place, use, zones, account);
      continue;
    }
    for (const name of place.names) {
      const kind = kindOf(source, place, name, use, account);
      if (kind === 'camera') {
        cameras = [...(cameras ?? []), name.camera ?? ''];
        account.use(place, 'cameras');
      } else if (kind === 'line') {
        if (lines.length > 0 && !lines.includes(name.line ?? '') && place.join !== 'or')
          account.problem(
            ask('line', name.start, name.end, 'A rule has one line. Is it “%”?', [...lines, name.line ?? '']),
          );
        if (name.line !== undefined && !lines.includes(name.line)) lines.push(name.line);
        account.use(place, 'line');
      } else if (kind === 'zone') {
        if (zonePlace && zonePlace !== place) {
          account.problem(refuse(place.start, place.end, '“%” is a second place; a rule has one zone'));
          continue;
        }
        zonePlace = place;
        if (name.zone !== undefined && !zones.includes(name.zone)) zones.push(name.zone);
        account.use(place, 'zone');
        if (NEAR_ENOUGH.has(place.preposition))
          account.assume(`“${textOf(source.tokens, place)}” means in “${name.zone}”`);
      }
    }
    if (place === zonePlace && zones.length > 1) joinedZones = place;
  }
  cameras = excludeCameras(source, draft, cameras, account);
  return {
    zones,
    ...(cameras && { cameras }),
    lines,
    ...(joinedZones && { joinedZones }),
  };
}

function readSpecial(place: Place, use: PlaceUse, zones: string[], account: Account): void {
  if (place.special === 'all-cameras') account.use(place, 'cameras');
  else if (place.special === 'view') account.use(place, 'empty');
  else if (zones.length > 0) account.use(place, 'zone');
  else if (use.there === undefined) account.problem(ask('zone', place.start, place.end, 'Which area is “%”?'));
  else {
    zones.push(...use.there.filter((zone) => !zones.includes(zone)));
    account.use(place, 'zone');
  }
}

/** Which of the things a name is called after is meant here; a problem is entered where it fits none. */
function kindOf(
  source: Source,
  place: Place,
  name: PlaceName,
  use: PlaceUse,
  account: Account,
): 'zone' | 'line' | 'camera' | undefined {
  const about =
    name.zone !== undefined || (name.line === undefined && name.camera === undefined)
      ? 'zone'
      : name.line !== undefined
        ? 'line'
        : 'camera';
  if (name.twice) {
    account.problem(ask(about, name.start, name.end, 'Several are called “%”. Which one is meant?'));
    return undefined;
  }
  if (place.camera || name.labelled || about === 'camera') {
    if (name.camera !== undefined) return 'camera';
    account.problem(ask('camera', name.start, name.end, 'Which camera is “%”?', source.names.all('camera')));
    return undefined;
  }
  if (use.line) {
    if (name.line !== undefined) return 'line';
    // "crosses the line in the yard": a zone that is no line.
    if (place.preposition === 'in' || place.preposition === 'near')
      account.problem(refuse(place.start, place.end, '“%”: crossing a line has no zone'));
    else account.problem(ask('line', name.start, name.end, 'Which line is “%”?', source.names.all('line')));
    return undefined;
  }
  if (name.zone === undefined) {
    const what = name.line === undefined ? 'a side of a line' : 'a line';
    account.problem(
      ask('zone', name.start, name.end, `“%” is ${what}. Which area is meant?`, source.names.all('zone')),
    );
    return undefined;
  }
  if (use.zone.has(place.preposition)) return 'zone';
  if (/^(?:from|out|to|into|past)$/.test(place.preposition))
    account.problem(refuse(place.start, place.end, '“%”: a rule has one place, and this is another'));
  else account.problem(ask('zone', place.start, place.end, 'Which area is “%”?', source.names.all('zone')));
  return undefined;
}

function unknownPlace(source: Source, place: Place, use: PlaceUse) {
  const { unknown } = place;
  const start = unknown?.start ?? place.start;
  const end = unknown?.end ?? place.end;
  const line = place.preposition === 'over' && source.tokens[end - 1]?.word === 'line';
  const about =
    unknown?.about === 'camera' || place.camera
      ? 'camera'
      : line || (use.line && place.preposition !== 'in')
        ? 'line'
        : 'zone';
  const noun = { zone: 'area', line: 'line', camera: 'camera' }[about];
  const candidates = unknown?.about === about ? unknown.candidates : source.names.all(about);
  return ask(about, start, end, `Which ${noun} is “%”?`, candidates);
}

/** "on all cameras except the hall". */
function excludeCameras(
  source: Source,
  draft: Draft,
  cameras: string[] | undefined,
  account: Account,
): string[] | undefined {
  let left = cameras;
  for (const { start, end, target } of draft.exceptions) {
    if (target.kind !== 'place') continue;
    const names = target.unknown ? [] : target.names;
    if (
      names.length === 0 ||
      names.some(({ camera, zone }) => camera === undefined || (zone !== undefined && !target.camera))
    ) {
      account.problem(refuse(start, end, '“%” is an exception that a rule can’t make', source.names.all('camera')));
      continue;
    }
    account.use({ start, end }, 'cameras');
    left = (left ?? source.names.all('camera')).filter((camera) => !names.some((name) => name.camera === camera));
    if (left.length === 0)
      account.problem(ask('camera', start, end, 'With “%” no camera is left. Which one is meant?'));
  }
  return left;
}
