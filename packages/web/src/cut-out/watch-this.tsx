import type { SegmentMask } from '@lookout/protocol';
import { Eye } from 'lucide-react';
import { type RefObject, useState } from 'react';
import { lookout } from '../api/client.js';
import { useRules } from '../rules/queries.js';
import { cutOutWords } from '../strings/cut-out.js';
import { Button } from '../ui/button.js';
import { SelectField } from '../ui/field.js';
import { ErrorMessage } from '../ui/message.js';
import { examplePicture } from './cut-picture.js';

const words = cutOutWords.actions;

export interface WatchThisProps {
  cameraId: string;
  mask: SegmentMask;
  picture: RefObject<HTMLImageElement | null>;
}

/** Adds the cut-out to a rule with a phrase, as an example. */
export function WatchThis({ cameraId, mask, picture }: WatchThisProps) {
  const { data: rules = [] } = useRules();
  const [chosen, setChosen] = useState<string>();
  const [state, setState] = useState<'idle' | 'sending' | 'sent'>('idle');
  const [error, setError] = useState<unknown>();
  const withPhrase = rules.filter(
    ({ rule: { cameras, trigger } }) =>
      trigger.subject.phrase !== undefined && (cameras === 'all' || cameras.includes(cameraId)),
  );
  const id = chosen ?? withPhrase[0]?.id;
  if (id === undefined) return <p className="text-13 text-muted">{words.noRule}</p>;
  const send = async () => {
    setState('sending');
    setError(undefined);
    try {
      if (picture.current) await lookout.rules.uploadExample(id, await examplePicture(picture.current, mask));
      setState('sent');
    } catch (reason) {
      setError(reason);
      setState('idle');
    }
  };
  const choose = (next: string) => {
    setChosen(next);
    setState('idle');
  };
  return (
    <div className="space-y-2">
      {withPhrase.length > 1 && (
        <SelectField
          label={words.watchRule}
          value={id}
          onChange={choose}
          options={withPhrase.map((rule) => ({ value: rule.id, label: rule.summary }))}
        />
      )}
      <Button disabled={state !== 'idle'} onClick={send} className="w-full justify-start">
        <Eye size={15} aria-hidden="true" />
        {words.watch}
      </Button>
      <p className="text-13 text-muted" aria-live="polite">
        {state === 'sent' ? words.watched : words.watchText}
      </p>
      <ErrorMessage error={error} />
    </div>
  );
}
