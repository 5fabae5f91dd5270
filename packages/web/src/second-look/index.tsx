import type { RuleSecondLook, Verification, Verify } from '@lookout/protocol';
import { lazy, Suspense } from 'react';
import { loadSecondLookWords } from '../strings/second-look.js';

// Few rules have a second look: its components and strings are loaded only for those.

const Note = lazy(() => loadSecondLookWords().then(() => import('./verification-note.js')));
const Details = lazy(() => loadSecondLookWords().then(() => import('./verification-details.js')));
const RuleLine = lazy(() => loadSecondLookWords().then(() => import('./rule-line.js')));
const Fields = lazy(() => loadSecondLookWords().then(() => import('./second-opinion-fields.js')));
const Disclosure = lazy(() => loadSecondLookWords().then(() => import('./disclosure.js')));

/** On an event card: outcome of its question. */
export function VerificationNote({ verification }: { verification: Verification | undefined }) {
  return <Suspense>{verification && <Note verification={verification} />}</Suspense>;
}

/** On an event page: the question, the answer, and the model's text. */
export function VerificationDetails({ verification }: { verification: Verification | undefined }) {
  return <Suspense>{verification && <Details verification={verification} />}</Suspense>;
}

/** On a rule card: summary of its answers, and any problem. */
export function SecondLookOfRule({ secondLook }: { secondLook: RuleSecondLook | undefined }) {
  return <Suspense>{secondLook && <RuleLine secondLook={secondLook} />}</Suspense>;
}

/** In the rule form: whether it asks, and the question. */
export function SecondOpinion(props: { value: Verify | undefined; onChange: (value: Verify | undefined) => void }) {
  return (
    <Suspense>
      <Fields {...props} />
    </Suspense>
  );
}

/** On a camera page: which pictures are sent away, if one of its rules asks. */
export function SentAway({ rules }: { rules: number }) {
  return <Suspense>{rules > 0 && <Disclosure rules={rules} />}</Suspense>;
}
