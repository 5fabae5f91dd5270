import type { Camera, Mode, StoredRule, Suppression } from '@lookout/protocol';
import { useState } from 'react';
import { Link } from 'react-router';
import { useMay } from '../../api/queries.js';
import { ErrorMessage } from '../../ui/message.js';
import { ignoredFor } from '../model/covered-cameras.js';
import type { Place } from '../model/places.js';
import { useLastEvent, useUpdateRule } from '../queries.js';
import { IgnoredSpots } from './ignored-spots.js';
import { RuleActions } from './rule-actions.js';
import { RuleChips, RuleHistory } from './rule-facts.js';
import { RulePicture } from './rule-picture.js';

export interface RuleCardProps {
  rule: StoredRule;
  cameras: readonly Camera[];
  places: readonly Place[];
  suppressions: readonly Suppression[];
  mode: Mode | undefined;
  nowMs: number;
}

/** A rule, what it last found, and what can be done with it. */
export function RuleCard({ rule, cameras, places, suppressions, mode, nowMs }: RuleCardProps) {
  const update = useUpdateRule(rule.id);
  const may = useMay();
  const event = useLastEvent(rule);
  const [isListOpen, setListOpen] = useState(false);
  const spots = ignoredFor(rule, suppressions, cameras);
  return (
    <article className="rounded-lg border border-line bg-surface shadow-1">
      <div className="flex items-center gap-4.5 py-3.5 pr-4.5 pl-3.5 phone:grid phone:grid-cols-[92px_minmax(0,1fr)] phone:items-start phone:gap-x-3.5 phone:gap-y-3 phone:pr-3.5">
        <RulePicture
          rule={rule}
          event={event}
          cameras={cameras}
          className={`w-37 shrink-0 phone:w-23 ${rule.enabled ? '' : 'opacity-55 grayscale'}`}
        />
        <div className="grid min-w-0 flex-1 gap-2">
          <h2 className={`text-16 leading-5.5 font-strong text-pretty break-words ${rule.enabled ? '' : 'text-muted'}`}>
            {may.operate ? <Link to={`/rules/${encodeURIComponent(rule.id)}/edit`}>{rule.summary}</Link> : rule.summary}
          </h2>
          <RuleChips rule={rule} cameras={cameras} places={places} />
          <RuleHistory
            rule={rule}
            cameras={cameras}
            mode={mode}
            nowMs={nowMs}
            ignored={spots.length}
            onIgnored={() => setListOpen(true)}
          />
        </div>
        <RuleActions rule={rule} update={update} nowMs={nowMs} />
      </div>
      <ErrorMessage error={update.error} className="px-3.5 pb-3.5" />
      {isListOpen && <IgnoredSpots spots={spots} cameras={cameras} nowMs={nowMs} onClose={() => setListOpen(false)} />}
    </article>
  );
}
