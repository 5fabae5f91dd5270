import type { Behavior, Box, Rule } from '@lookout/protocol';

/** A rule to evaluate. */
export interface ActiveRule {
  readonly id: string;
  readonly rule: Rule;
  /** Disabled, snoozed or not for the current mode: keeps its state but does not fire. */
  readonly silent?: boolean;
}

/** An object at the time it made a rule fire. */
export interface EventObject {
  readonly id: number;
  readonly class_name: string;
  /** Pixels of the event's frame. */
  readonly bbox: Box;
  readonly confidence: number;
}

/** A rule that fired. Times are the frames' own, ms. */
export interface FiredEvent {
  /** Unique within the engine. */
  readonly key: string;
  readonly ruleId: string;
  readonly camera: string;
  readonly behavior: Behavior;
  /** When the condition began. */
  readonly startedAtMs: number;
  /** Of the frame that made the rule fire. */
  readonly frameTimestampMs: number;
  /** When the condition was over; null while it holds. */
  readonly endedAtMs: number | null;
  readonly zone?: string;
  readonly line?: string;
  readonly direction?: string;
  /** `seconds`, `count`, `heights_per_second` …, by behaviour. */
  readonly measured: Readonly<Record<string, number>>;
  readonly objects: readonly EventObject[];
  /** In plain words. */
  readonly reason: string;
}

/** `created` once for each event, `updated` when further triggers join it, `ended` when its condition is over. */
export interface EventChange {
  readonly kind: 'created' | 'updated' | 'ended';
  readonly event: FiredEvent;
}
