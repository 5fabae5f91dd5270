import { describe, expect, it } from 'vitest';
import { parseLine, parseZone } from './regions.js';

describe('parseZone', () => {
  it('reads a name and its corners', () => {
    expect(parseZone('back door=0.1,0.5 0.4,0.5 0.4,1')).toMatchObject({
      name: 'back door',
      points: [
        [0.1, 0.5],
        [0.4, 0.5],
        [0.4, 1],
      ],
    });
  });

  it('takes a name alone as the whole picture', () => {
    expect(parseZone('yard').points).toHaveLength(4);
  });

  it.each(['door=0.1,0.5', 'door=0.1 0.2 0.3', 'door=0,0 2,0 1,1', 'door=0,0 1,1 1,0 0,1', '=0,0 1,0 1,1'])(
    'refuses %s',
    (text) => {
      expect(() => parseZone(text)).toThrow(/^--zone/);
    },
  );
});

describe('parseLine', () => {
  it('reads where it begins and ends', () => {
    expect(parseLine('gate=0.2,0.9 0.8,0.9')).toMatchObject({ name: 'gate', from: [0.2, 0.9], to: [0.8, 0.9] });
  });

  it.each(['gate=0.2,0.9', 'gate=0.5,0.5 0.5,0.5', 'gate=0,0 1,0 1,1'])('refuses %s', (text) => {
    expect(() => parseLine(text)).toThrow(/^--line/);
  });
});
