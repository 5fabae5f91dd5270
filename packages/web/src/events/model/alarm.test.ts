import type { RuleEvent } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { alarmOf } from './alarm.js';

const event = (more: Partial<RuleEvent>) =>
  ({
    camera: 'yard',
    ended_at: null,
    tracks: [{ track_id: 7, class_name: 'person', bbox: [0, 0, 1, 1], confidence: 0.9 }],
    ...more,
  }) as RuleEvent;

it('is what the events of this camera that are on are about', () => {
  const events = [
    event({ zone: 'lawn' }),
    event({ line: 'gate', tracks: [] }),
    event({ camera: 'hall', zone: 'stairs' }),
    event({ ended_at: 5, zone: 'shed' }),
  ];
  expect(alarmOf(events, 'yard')).toEqual({ trackIds: new Set([7]), regionNames: new Set(['lawn', 'gate']) });
  expect(alarmOf(events, 'porch')).toBeUndefined();
});
