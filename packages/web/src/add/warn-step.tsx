import type { Camera } from '@lookout/protocol';
import { useQuery } from '@tanstack/react-query';
import { CircleCheck, MessageSquareText } from 'lucide-react';
import { Link, useNavigate } from 'react-router';
import { lookout } from '../api/client.js';
import { useCamera } from '../api/queries.js';
import type { ComposeState } from '../rules/compose-state.js';
import { useCreateRules } from '../rules/queries.js';
import { t } from '../strings/index.js';
import { Button, buttonClasses } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';
import { type FirstRule, firstSubject, limitedTo, ruleFor } from './model/first-rule.js';
import { NEXT, StepFrame } from './step-frame.js';

const words = t.add.warn;

export interface WarnStepProps {
  camera: Camera;
  /** Kinds of objects that the model can see, and those that the camera looks for. */
  names: readonly string[];
  lookFor: readonly string[];
  /** Set where the same device has another picture to add. */
  onAnother: (() => void) | undefined;
  deviceName: string;
}

/** Offers the first rule of a camera that was just added, in one press. */
export function WarnStep({ camera: added, names, lookFor, onAnother, deviceName }: WarnStepProps) {
  const navigate = useNavigate();
  const { data: camera = added } = useCamera(added.id);
  const { data: rule, isPending, error } = useFirstRule(added, names, lookFor);
  const create = useCreateRules();
  const page = `/cameras/${encodeURIComponent(added.id)}`;
  const turnOn = ({ prompt, rules }: FirstRule) =>
    create.mutate(
      rules.map((each) => ({ rule: each, prompt })),
      { onSuccess: () => navigate(page) },
    );
  const compose: ComposeState = { camera: added.id, ...(rule && { sentence: rule.prompt }) };
  return (
    <StepFrame
      title={words.title(added.name)}
      note={camera.state === 'live' ? words.note : `${words.note} ${words.waits}`}
      next={
        <>
          <Link to={page} className={buttonClasses('ghost', NEXT)}>
            {words.notNow}
          </Link>
          <Link to="/rules/new" state={compose} className={buttonClasses('plain', NEXT)}>
            {words.other}
          </Link>
          {rule && (
            <Button variant="primary" className={NEXT} disabled={create.isPending} onClick={() => turnOn(rule)}>
              {create.isPending ? t.actions.saving : words.turnOn}
            </Button>
          )}
        </>
      }
    >
      <div className="space-y-4">
        {isPending && (
          <p role="status" className="text-muted">
            {words.reading}
          </p>
        )}
        <ErrorMessage error={error ?? create.error} />
        {rule && (
          <div className="space-y-3 rounded-lg border border-line bg-surface p-5 shadow-1">
            <p className="flex items-start gap-3 text-16 font-semibold">
              <MessageSquareText size={20} aria-hidden="true" className="mt-0.5 shrink-0 text-accent-text" />
              <span className="min-w-0 break-words">{`“${rule.prompt}”`}</span>
            </p>
            <p className="flex items-start gap-3 text-muted">
              <CircleCheck size={20} aria-hidden="true" className="shrink-0 text-good" />
              <span className="min-w-0 break-words">
                {words.understood}: {rule.summary}
              </span>
            </p>
          </div>
        )}
        {onAnother && (
          <Button variant="ghost" onClick={onAnother}>
            {words.another(deviceName)}
          </Button>
        )}
      </div>
    </StepFrame>
  );
}

/** A sentence for this camera, as the server reads it. Null: there is nothing to suggest. */
function useFirstRule(camera: Camera, names: readonly string[], lookFor: readonly string[]) {
  const { id, name } = camera;
  const subject = firstSubject(lookFor, names);
  const what =
    subject === undefined || typeof subject === 'object'
      ? subject && t.sentence.someObject(subject.name)
      : t.sentence.families[subject];
  return useQuery({
    queryKey: ['first-rule', id, name, what],
    queryFn: async ({ signal }): Promise<FirstRule | null> => {
      if (what === undefined) return null;
      const named = t.sentence.firstRule(what, name);
      const rule = ruleFor(id, named, await lookout.rules.interpret(named, { signal }));
      if (rule) return rule;
      // Its name reads as something else: the camera is set beside the sentence.
      const prompt = t.sentence.firstRule(what, undefined);
      const rules = limitedTo(id, await lookout.rules.interpret(prompt, { signal }));
      const [only] = rules;
      const said = only && (await lookout.rules.describe(only, { signal }));
      return said?.status === 'ok' ? { prompt, rules, summary: said.summary } : null;
    },
    ...{ staleTime: Number.POSITIVE_INFINITY, retry: false },
  });
}
