import { describe, expect, it } from 'vitest';
import { actionOf, PLAYER_ACTIONS, PLAYER_KEYS } from './player-keys.js';

const press = (key: string, held: object = {}) =>
  actionOf({ key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...held });

describe('actionOf', () => {
  it('knows every key of the help, and tells s from S', () => {
    for (const action of PLAYER_ACTIONS) expect(press(PLAYER_KEYS[action])).toBe(action);
    expect(new Set(Object.values(PLAYER_KEYS)).size).toBe(PLAYER_ACTIONS.length);
    expect(press('s')).not.toBe(press('S'));
  });

  it('leaves the browser its own', () => {
    for (const held of [{ ctrlKey: true }, { metaKey: true }, { altKey: true }, { repeat: true }]) {
      expect(press('f', held)).toBeUndefined();
    }
    expect(press('x')).toBeUndefined();
    expect(press('Tab')).toBeUndefined();
  });
});
