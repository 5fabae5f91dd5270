import { describe, expect, it } from 'vitest';
import { actionOf, VIEWER_KEYS } from './viewer-keys.js';

const press = (key: string, held: object = {}) =>
  actionOf({ key, ctrlKey: false, metaKey: false, altKey: false, repeat: false, ...held });

describe('actionOf', () => {
  it('knows every key of the help, and tells s from S', () => {
    for (const { key, action } of VIEWER_KEYS) expect(press(key)).toBe(action);
    expect(new Set(VIEWER_KEYS.map(({ key }) => key)).size).toBe(VIEWER_KEYS.length);
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
