import { describe, expect, it } from 'vitest';
import { isOurApp, streamKey } from './stream-key.js';

describe('streamKey', () => {
  it.each([
    ['live', 'KEY', 'KEY'],
    ['live/', 'KEY', 'KEY'],
    ['live', '/KEY', 'KEY'],
    ['live', 'KEY?token=x', 'KEY'],
    ['live', 'yard?key=KEY', 'KEY'],
    ['live', '?key=KEY', 'KEY'],
    ['live?key=KEY', '', 'KEY'],
    ['live?key=KEY', 'yard', 'KEY'],
    ['live/KEY', '', 'KEY'],
    ['live', '', ''],
    ['live', '?key=', ''],
  ])('of %s and %s', (app, name, key) => {
    expect(streamKey(app, name)).toBe(key);
  });
});

describe('isOurApp', () => {
  it.each(['live', 'live/', '/live', 'live/KEY', 'live?key=KEY'])('takes %s', (app) =>
    expect(isOurApp(app)).toBe(true),
  );
  it.each(['', 'other', 'LIVE', 'lively', 'other/live', '?key=live'])('refuses “%s”', (app) => {
    expect(isOurApp(app)).toBe(false);
  });
});
