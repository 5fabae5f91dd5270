import { RequestError } from '@lookout/client';
import type { StoredRule } from '@lookout/protocol';
import { useState } from 'react';
import { useLocation, useParams } from 'react-router';
import { NotFoundPage } from '../../pages/not-found-page.js';
import { t } from '../../strings/index.js';
import { ErrorMessage } from '../../ui/message.js';
import type { ComposeState } from '../compose-state.js';
import { onCamera } from '../model/chips.js';
import { readDraft } from '../model/draft-storage.js';
import { startOfStored } from '../model/stored.js';
import { useInterpretation, useRule } from '../queries.js';
import { ComposeForm } from './compose-form.js';

/** `/rules/new`, and `/rules/:id/edit`. */
export default function ComposePage() {
  const { id } = useParams();
  return id === undefined ? <NewRulePage /> : <StoredRulePage key={id} id={id} isChanged />;
}

function NewRulePage() {
  const { state } = useLocation();
  const { sentence, camera, like } = (state ?? {}) as ComposeState;
  const [start] = useState(() => {
    const left = sentence === undefined ? readDraft(undefined) : undefined;
    const { prompt, byHand } = left ?? { prompt: sentence ?? '', byHand: [] };
    return { prompt, byHand: camera === undefined ? byHand : onCamera(camera, byHand) };
  });
  return like === undefined ? <ComposeForm start={start} camera={camera} /> : <StoredRulePage id={like} />;
}

/** Starts from a stored rule, to change it or to make another like it. */
function StoredRulePage({ id, isChanged = false }: { id: string; isChanged?: boolean }) {
  const { data: rule, error } = useRule(id);
  if (error instanceof RequestError && error.httpStatus === 404) return <NotFoundPage />;
  return (
    <>
      <ErrorMessage error={error} className="mb-4" />
      {rule && <StoredRuleForm key={id} rule={rule} isChanged={isChanged} />}
    </>
  );
}

/** Begins once the sentence of the rule is read: what differs from it was set by hand. */
function StoredRuleForm({ rule, isChanged }: { rule: StoredRule; isChanged: boolean }) {
  // As it was when the page was opened: what others change meanwhile does not undo what is being written.
  const [stored] = useState(rule);
  const [left] = useState(() => (isChanged ? readDraft(stored.id) : undefined));
  const { data, error } = useInterpretation(stored.prompt ?? '');
  if (error) return <ErrorMessage error={error} />;
  if (stored.prompt !== null && !data) return <p className="text-muted">{t.compose.save.reading}</p>;
  const { prompt, byHand } = left ?? startOfStored(stored, data?.interpretation);
  return <ComposeForm start={{ prompt, byHand, about: stored.rule }} changed={isChanged ? stored : undefined} />;
}
