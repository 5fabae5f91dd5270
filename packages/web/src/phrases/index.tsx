import type { Interpretation, RuleEvent, StoredRule } from '@lookout/protocol';
import { lazy, Suspense } from 'react';
import { loadPhraseWords } from '../strings/phrases.js';

// Few rules have a description: its parts and words are loaded where there is one.

const RuleLine = lazy(() => loadPhraseWords().then(() => import('./rule-line.js')));
const ComposeNote = lazy(() => loadPhraseWords().then(() => import('./compose-note.js')));
const EventExample = lazy(() => loadPhraseWords().then(() => import('./event-example.js')));

/** On the card of a rule: how far its description is, how it looks, and the way to more. */
export function PhraseOfRule({ rule }: { rule: StoredRule }) {
  return <Suspense>{rule.rule.trigger.subject.phrase !== undefined && <RuleLine rule={rule} />}</Suspense>;
}

/** Where a rule is written: that it has to learn first. */
export function PhraseNote({ interpretation }: { interpretation: Interpretation | undefined }) {
  const calibration = interpretation?.status === 'ok' ? interpretation.calibration : undefined;
  if (interpretation?.status !== 'ok' || !calibration) return null;
  const phrases = interpretation.rules.flatMap(({ trigger }) => trigger.subject.phrase ?? []);
  return (
    <Suspense>
      <ComposeNote phrases={[...new Set(phrases)]} calibration={calibration} />
    </Suspense>
  );
}

/** On the page of an event: that it is untested, and the way to make it an example. */
export function UntestedDetails({ event }: { event: RuleEvent }) {
  return <Suspense>{event.untested && <EventExample event={event} />}</Suspense>;
}
