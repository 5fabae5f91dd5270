import { describe, expect, it } from 'vitest';
import { shownState } from './shown-state.js';

const live = { kind: 'pull', enabled: true, state: 'live' } as const;

describe('the state that a page shows of a camera', () => {
  it('is the camera’s own while its picture comes', () => {
    expect(shownState(live, 'live')).toBe('live');
    expect(shownState({ ...live, state: 'refused' }, 'waiting')).toBe('refused');
  });

  it('is never live beside a server that does not answer', () => {
    expect(shownState(live, 'live', true)).toBe('not_connected');
    expect(shownState(live, 'reconnecting')).toBe('not_connected');
  });

  it('is never live over a picture that has stopped', () => {
    expect(shownState(live, 'stalled')).toBe('stalled');
  });

  it('tells a camera that waits for somebody to publish from one that is switched off', () => {
    expect(shownState({ kind: 'push', enabled: true, state: 'off' })).toBe('waiting');
    expect(shownState({ kind: 'push', enabled: false, state: 'off' })).toBe('off');
  });
});
