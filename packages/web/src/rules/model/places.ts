import {
  type Camera,
  type CameraRegions,
  type Line,
  type Rule,
  regionKey,
  withColours,
  type Zone,
} from '@lookout/protocol';
import { around, type Part } from '../../lib/crop.js';

/** An area or a line on a camera's picture. */
export type Place = { camera: Camera; name: string; color: string } & (
  | { kind: 'zone'; zone: Zone }
  | { kind: 'line'; line: Line }
);

/** All areas and lines of some cameras. */
export function placesOf(cameras: readonly Camera[]): Place[] {
  return cameras.flatMap((camera) => {
    const { zones, lines } = withColours(camera);
    return [
      ...zones.map((zone): Place => ({ kind: 'zone', camera, zone, name: zone.name, color: zone.color })),
      ...lines.map((line): Place => ({ kind: 'line', camera, line, name: line.name, color: line.color })),
    ];
  });
}

/** The place that a name means; the first, if several cameras have one of that name. */
export function findPlace(places: readonly Place[], kind: Place['kind'], name: string): Place | undefined {
  const key = regionKey(name);
  return places.find((place) => place.kind === kind && regionKey(place.name) === key);
}

/** Places of one kind with different names. */
export function namedPlaces(places: readonly Place[], kind: Place['kind']): Place[] {
  const seen = new Set<string>();
  return places.filter((place) => {
    const key = regionKey(place.name);
    if (place.kind !== kind || seen.has(key)) return false;
    seen.add(key);
    return true;
  });
}

/** The cameras on which a rule can fire: those it is for that have its area or line. */
export function camerasOfRule(
  where: { cameras: Rule['cameras'] | readonly string[]; zone?: string | undefined; line?: string | undefined },
  cameras: readonly Camera[],
): Camera[] {
  const { zone, line } = where;
  const has = (regions: readonly { name: string }[], name: string) =>
    regions.some((region) => regionKey(region.name) === regionKey(name));
  return cameras.filter(
    (camera) =>
      (where.cameras === 'all' || where.cameras.some((wanted) => isCamera(camera, wanted))) &&
      (zone === undefined || has(camera.zones, zone)) &&
      (line === undefined || has(camera.lines, line)),
  );
}

/** The camera that a rule names. */
export function cameraOf(wanted: string, cameras: readonly Camera[]): Camera | undefined {
  return cameras.find((camera) => isCamera(camera, wanted));
}

/** Rules may name a camera by id or by name. */
function isCamera({ id, name }: Camera, wanted: string): boolean {
  return id === wanted || regionKey(name) === regionKey(wanted);
}

/** A place as the only thing to draw over a picture, in the colour that it has among the others. */
export function regionsOf(place: Place): Pick<CameraRegions, 'zones' | 'lines'> {
  const { color } = place;
  return place.kind === 'zone'
    ? { zones: [{ ...place.zone, color }], lines: [] }
    : { zones: [], lines: [{ ...place.line, color }] };
}

/** The part of the picture that a place takes. */
export function extentOf(place: Place): Part {
  return around(place.kind === 'zone' ? place.zone.points : [place.line.from, place.line.to]);
}
