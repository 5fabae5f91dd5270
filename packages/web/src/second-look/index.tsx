import type { RuleSecondLook, Verification, Verify } from '@lookout/protocol';
import { lazy, Suspense } from 'react';
import { loadSecondLookWords } from '../strings/second-look.js';

// Few rules have a second look: its parts and words are loaded where there is one.

const Note = lazy(() => loadSecondLookWords().then(() => import('./verification-note.js')));
const Details = lazy(() => loadSecondLookWords().then(() => import('./verification-details.js')));
const RuleLine = lazy(() => loadSecondLookWords().then(() => import('./rule-line.js')));
const Fields = lazy(() => loadSecondLookWords().then(() => import('./second-opinion-fields.js')));
const Disclosure = lazy(() => loadSecondLookWords().then(() => import('./disclosure.js')));

/** On the card of an event: what became of its question. */
export function VerificationNote({ verification }: { verification: Verification | undefined }) {
  return <Suspense>{verification && <Note verification={verification} />}</Suspense>;
}

/** On the page of an event: the question, the answer, and what it says. */
export function VerificationDetails({ verification }: { verification: Verification | undefined }) {
  return <Suspense>{verification && <Details verification={verification} />}</Suspense>;
}

/** On the card of a rule: what its answers say, and what is wrong. */
export function SecondLookOfRule({ secondLook }: { secondLook: RuleSecondLook | undefined }) {
  return <Suspense>{secondLook && <RuleLine secondLook={secondLook} />}</Suspense>;
}

/** Where a rule is written: whether it asks, and what. */
export function SecondOpinion(props: { value: Verify | undefined; onChange: (value: Verify | undefined) => void }) {
  return (
    <Suspense>
      <Fields {...props} />
    </Suspense>
  );
}

/** On the page of a camera: what leaves it, if one of its rules asks. */
export function SentAway({ rules }: { rules: number }) {
  return <Suspense>{rules > 0 && <Disclosure rules={rules} />}</Suspense>;
}
