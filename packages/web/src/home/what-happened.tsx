import type { Camera, RuleEvent, StoredRule } from '@lookout/protocol';
import { t } from '../strings/index.js';
import { LatestEvents } from './latest-events.js';
import { LeadEvent } from './lead-event.js';
import { leadOf } from './model/news.js';

/** Beside a lead, and without one in two columns. */
const LATEST = 4;

export interface WhatHappenedProps {
  /** Newest first. */
  latest: readonly RuleEvent[];
  unseen: readonly RuleEvent[];
  cameras: readonly Camera[];
  rules: readonly StoredRule[];
  nowMs: number;
}

/** The newest warning that nobody has seen, and what else happened last; nothing where nothing has. */
export function WhatHappened({ latest, unseen, cameras, rules, nowMs }: WhatHappenedProps) {
  const lead = leadOf(unseen);
  const others = latest.filter(({ id }) => id !== lead?.id).slice(0, LATEST);
  if (!lead && others.length === 0) return null;
  const nameOf = (id: string) => cameras.find((camera) => camera.id === id)?.name ?? id;
  return (
    <section
      aria-label={t.home.label}
      className={
        lead && others.length > 0
          ? 'grid gap-5 phone:gap-2 lg:grid-cols-[minmax(0,1.42fr)_minmax(0,1fr)]'
          : lead && 'max-w-218'
      }
    >
      {lead && (
        <LeadEvent
          key={lead.id}
          event={lead}
          camera={nameOf(lead.camera)}
          sentence={rules.find(({ id }) => id === lead.rule_id)?.prompt ?? lead.summary}
          nowMs={nowMs}
        />
      )}
      {others.length > 0 && <LatestEvents events={others} nameOf={nameOf} nowMs={nowMs} isAlone={lead === undefined} />}
    </section>
  );
}
