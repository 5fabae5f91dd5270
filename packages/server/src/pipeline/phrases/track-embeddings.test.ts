import { describe, expect, it } from 'vitest';
import { TrackEmbeddings, type TrackLook } from './track-embeddings.js';

const MINUTE_MS = 60_000;

function look(given: Partial<TrackLook> = {}): TrackLook {
  return {
    ...{ camera: 'gate', track: 1, className: 'car', bbox: [100, 100, 200, 200], frameSize: [1000, 500] },
    ...{ timestampMs: 0, vector: new Float32Array([1, 0]), ...given },
  };
}

describe('the looks kept', () => {
  it('are those that show most of each track', () => {
    const looks = new TrackEmbeddings();
    looks.add(look());
    looks.add(look({ bbox: [100, 100, 300, 300], vector: new Float32Array([0, 1]) }));
    looks.add(look({ bbox: [100, 100, 150, 150] }));
    looks.add(look({ track: 2 }));
    expect([...looks.all()].map(({ track, vector }) => [track, ...vector])).toEqual([
      [1, 0, 1],
      [2, 1, 0],
    ]);
  });

  it('prefer objects fully in view', () => {
    const looks = new TrackEmbeddings();
    looks.add(look({ bbox: [100, 100, 200, 200] }));
    looks.add(look({ bbox: [0, 100, 110, 210], vector: new Float32Array([0, 1]) }));
    expect([...looks.all()][0]?.bbox).toEqual([100, 100, 200, 200]);
  });

  it('are forgotten after an hour, those of events after a day', () => {
    const looks = new TrackEmbeddings();
    looks.add(look());
    looks.add(look({ track: 2 }));
    looks.belongs('gate', 2, 'e');
    looks.add(look({ track: 3, timestampMs: 61 * MINUTE_MS }));
    expect([...looks.all()].map(({ track, eventId }) => [track, eventId])).toEqual([
      [2, 'e'],
      [3, undefined],
    ]);
    looks.add(look({ track: 4, timestampMs: 25 * 60 * MINUTE_MS }));
    expect([...looks.all()].map(({ track }) => track)).toEqual([4]);
  });

  it('stay within the memory limit by dropping the oldest', () => {
    const looks = new TrackEmbeddings(1000);
    for (let track = 1; track <= 5; track++) looks.add(look({ track, timestampMs: track }));
    expect([...looks.all()].map(({ track }) => track)).toEqual([4, 5]);
    expect(looks.bytes).toBeLessThanOrEqual(1000);
  });

  it('are removed with their camera or model', () => {
    const looks = new TrackEmbeddings();
    looks.add(look());
    looks.add(look({ camera: 'yard' }));
    looks.removeCamera('gate');
    expect([...looks.all()].map(({ camera }) => camera)).toEqual(['yard']);
    looks.clear();
    expect([looks.size, looks.bytes]).toEqual([0, 0]);
  });
});
