import { type Line, REGION_COLOURS, type Zone } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { drawingFor } from './event-drawing.js';

const zone = (name: string): Zone => ({
  name,
  points: [
    [0, 0],
    [1, 0],
    [1, 1],
  ],
});
const gate: Line = { name: 'gate', from: [0, 0], to: [1, 1] };
const cameras = [
  { config: { id: 'hall', zones: [zone('pond')], lines: [] } },
  { config: { id: 'yard', zones: [zone('lawn'), zone('Pond')], lines: [gate] } },
];
const event = { camera: 'yard', tracks: [] };

describe('drawingFor', () => {
  it('draws the zone or line in the colour that it has among the others of its camera', () => {
    expect(drawingFor({ ...event, zone: 'pond' }, cameras)).toEqual({
      tracks: [],
      zone: { ...zone('Pond'), color: REGION_COLOURS[1] },
    });
    expect(drawingFor({ ...event, line: 'gate' }, cameras).line).toEqual({ ...gate, color: REGION_COLOURS[2] });
  });

  it('draws the objects alone where there is no such zone, or no such camera any more', () => {
    expect(drawingFor({ ...event, zone: 'moat' }, cameras)).toEqual({ tracks: [] });
    expect(drawingFor({ ...event, camera: 'gone', zone: 'pond' }, cameras)).toEqual({ tracks: [] });
  });
});
