import { type CameraConfig, regionKey, withColours } from '@lookout/protocol';
import type { KeptEvent } from '../../platform/storage/index.js';
import type { SnapshotDrawing } from './snapshot-file.js';

type NamedRegions = Pick<CameraConfig, 'id' | 'zones' | 'lines'>;

/** What to draw on an event's picture: its objects, and its zone or line as drawn now, in the colour that pages give it. */
export function drawingFor(
  { camera, tracks, zone, line }: Pick<KeptEvent, 'camera' | 'tracks' | 'zone' | 'line'>,
  cameras: ReadonlyArray<{ config: NamedRegions }>,
): SnapshotDrawing {
  const { config } = cameras.find(({ config: { id } }) => id === camera) ?? {};
  const { zones, lines } = withColours(config ?? { zones: [], lines: [] });
  const [foundZone, foundLine] = [named(zones, zone), named(lines, line)];
  return { tracks, ...(foundZone && { zone: foundZone }), ...(foundLine && { line: foundLine }) };
}

function named<R extends { name: string }>(regions: readonly R[], name: string | undefined): R | undefined {
  return name === undefined ? undefined : regions.find((one) => regionKey(one.name) === regionKey(name));
}
