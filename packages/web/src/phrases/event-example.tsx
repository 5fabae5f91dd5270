import type { RuleEvent } from '@lookout/protocol';
import { useMay } from '../api/queries.js';
import { phraseWords } from '../strings/phrases.js';
import { Button } from '../ui/button.js';
import { ErrorMessage } from '../ui/message.js';
import { useAddExample } from './queries.js';

const words = phraseWords.event;

/** Note that an event is untested; one click makes it the missing example. */
export default function EventExample({ event }: { event: RuleEvent }) {
  const may = useMay();
  const { mutate, isPending, isSuccess, error } = useAddExample(event.rule_id);
  return (
    <div className="grid justify-items-start gap-3 rounded-[12px] bg-warn-soft px-3.5 py-3 text-13">
      <p className="text-pretty text-warn">{isSuccess ? words.thanks : words.untested}</p>
      {may.operate && !isSuccess && (
        <Button disabled={isPending} onClick={() => mutate({ event: event.id, isPositive: true })}>
          {words.example}
        </Button>
      )}
      <ErrorMessage error={error} />
    </div>
  );
}
