import type { Interpretation, RuleEvent, StoredRule } from '@lookout/protocol';
import { lazy, Suspense } from 'react';
import { loadPhraseWords } from '../strings/phrases.js';

// Few rules have a description: its components and strings are loaded only for those.

const RuleLine = lazy(() => loadPhraseWords().then(() => import('./rule-line.js')));
const ComposeNote = lazy(() => loadPhraseWords().then(() => import('./compose-note.js')));
const EventExample = lazy(() => loadPhraseWords().then(() => import('./event-example.js')));

/** On a rule card: the state of its description, how it is looked for, and a button for details. */
export function PhraseOfRule({ rule }: { rule: StoredRule }) {
  return <Suspense>{rule.rule.trigger.subject.phrase !== undefined && <RuleLine rule={rule} />}</Suspense>;
}

/** In the rule form: note that the rule has to learn first. */
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

/** On an event page: note that it is untested, and a button to make it an example. */
export function UntestedDetails({ event }: { event: RuleEvent }) {
  return <Suspense>{event.untested && <EventExample event={event} />}</Suspense>;
}
