import type { EventChangeKind, ModeState, RuleEvent, StorageState } from '@lookout/protocol';
import type { Endpoint } from '../connection/request.js';
import { parseObject } from '../connection/server-messages.js';
import { type StreamSubscription, type SubscribeOptions, subscribe } from '../connection/subscribe.js';

/** `changed`: by a user. An event that is `unconfirmed` is told as `created` again once it is stored. */
export type EventChangeTold =
  | { kind: Exclude<EventChangeKind, 'deleted'>; event: RuleEvent }
  | { kind: 'deleted'; id: string };

export interface EventChangesOptions extends SubscribeOptions {
  onChange: (change: EventChangeTold) => void;
  /** More was missed during a lost connection than the server remembers: read the list again. */
  onMissed?: () => void;
  /** Rules were added, changed or removed: read them again. */
  onRules?: () => void;
  onMode?: (state: ModeState) => void;
  /** The database of several nodes is away, or back. While it is away, this is told again after a lost connection. */
  onStorage?: (state: StorageState) => void;
}

const KINDS: readonly string[] = ['created', 'updated', 'ended', 'changed'];

/** Follows `GET /api/events/stream`, and continues after a lost connection where it was. */
export function followEventChanges(
  endpoint: Endpoint,
  { onChange, onMissed, onRules, onMode, onStorage, ...options }: EventChangesOptions,
): StreamSubscription {
  return subscribe(endpoint, '/api/events/stream', options, ({ event: kind, data }) => {
    if (kind === 'missed') return onMissed?.();
    if (kind === 'rules') return onRules?.();
    if (kind === 'storage') {
      const { away } = parseObject(data) ?? {};
      if (typeof away === 'boolean') onStorage?.({ away });
      return;
    }
    if (kind === 'mode') {
      const { mode } = parseObject(data) ?? {};
      if (mode === 'home' || mode === 'away') onMode?.({ mode });
      return;
    }
    if (kind !== 'deleted' && !KINDS.includes(kind)) return;
    const told: unknown = JSON.parse(data);
    if (!hasId(told)) return;
    if (kind === 'deleted') onChange({ kind, id: told.id });
    else onChange({ kind: kind as Exclude<EventChangeKind, 'deleted'>, event: told as RuleEvent });
  });
}

function hasId(value: unknown): value is { id: string } {
  return typeof value === 'object' && value !== null && 'id' in value && typeof value.id === 'string';
}
