import type { EventChangeTold } from '@lookout/client';
import type { RuleEvent } from '@lookout/protocol';

/** Events of banners after a change of one: its reason follows as it goes on, and a deleted one has no banner. */
export function afterChange(shown: readonly RuleEvent[], change: EventChangeTold): readonly RuleEvent[] {
  const id = change.kind === 'deleted' ? change.id : change.event.id;
  if (!shown.some((event) => event.id === id)) return shown;
  if (change.kind === 'deleted') return shown.filter((event) => event.id !== id);
  return shown.map((event) => (event.id === id ? change.event : event));
}
