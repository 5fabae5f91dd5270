import { describe, expect, it } from 'vitest';
import type { z } from 'zod';
import { BEHAVIOR_GUIDE } from './behavior-guide.js';
import { BEHAVIORS } from './event.js';
import { Trigger } from './rule.js';

/** The keys that the schema of a behaviour takes, beside those of all. */
function keysOf(behavior: string): { needs: string[]; takes: string[] } {
  const schema = Trigger.options.find((option) => option.shape.behavior.value === behavior);
  const keys = Object.entries(schema?.shape ?? {}).filter(([key]) => key !== 'behavior' && key !== 'subject');
  const isOptional = ([, type]: [string, z.ZodType]) => type.type === 'optional';
  const names = (entries: [string, z.ZodType][]) => entries.map(([key]) => key).sort();
  return { needs: names(keys.filter((entry) => !isOptional(entry))), takes: names(keys.filter(isOptional)) };
}

describe('BEHAVIOR_GUIDE', () => {
  it('lists all behaviours', () => {
    expect(Object.keys(BEHAVIOR_GUIDE)).toEqual([...BEHAVIORS]);
  });

  it.each(BEHAVIORS)('of %s names the keys that its schema takes, and a valid trigger', (behavior) => {
    const { needs, takes, trigger } = BEHAVIOR_GUIDE[behavior];
    expect({ needs: [...needs].sort(), takes: [...takes].sort() }).toEqual(keysOf(behavior));
    expect(Trigger.parse(trigger)).toEqual(trigger);
    expect(trigger.behavior).toBe(behavior);
  });
});
