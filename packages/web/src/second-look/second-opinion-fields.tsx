import type { Verify } from '@lookout/protocol';
import { Link } from 'react-router';
import { useMay } from '../api/queries.js';
import { secondLookWords } from '../strings/second-look.js';
import { Switch } from '../ui/choice.js';
import { SelectField, TextField } from '../ui/field.js';
import { Warning } from '../ui/message.js';
import { useSecondLook } from './queries.js';

const words = secondLookWords.edit;
const WAITS_S = [5, 10, 20, 30, 60, 120];
const MAX_QUESTION_LENGTH = 300;
const START: Verify = { question: '', timeout_s: 10, on_timeout: 'pass', hold: false };

export interface SecondOpinionFieldsProps {
  /** Undefined: no model is asked. */
  value: Verify | undefined;
  onChange: (value: Verify | undefined) => void;
}

/** Whether a model is asked about each event, and the question; or a note that no model is set up. */
export default function SecondOpinionFields({ value, onChange }: SecondOpinionFieldsProps) {
  const { data: state } = useSecondLook();
  const isSetUp = state?.problem !== 'not_set_up';
  return (
    <fieldset className="grid gap-4 rounded-[12px] border border-line p-4">
      <div>
        <Switch
          label={words.ask}
          checked={value !== undefined}
          disabled={!isSetUp && value === undefined}
          onCheckedChange={(on) => onChange(on ? START : undefined)}
        />
        <p className="mt-1 text-13 text-pretty text-muted">{words.text}</p>
        {state && !isSetUp && <NotSetUp />}
      </div>
      {value && <Question value={value} onChange={onChange} />}
      {value && state && isSetUp && <Sent host={state.host ?? ''} problem={state.problem} />}
    </fieldset>
  );
}

function Question({ value, onChange }: { value: Verify; onChange: (value: Verify) => void }) {
  const change = (next: Partial<Verify>) => onChange({ ...value, ...next });
  const waits = [...new Set([...WAITS_S, value.timeout_s])].sort((a, b) => a - b);
  const options = (['pass', 'lower'] as const).map((each) => ({ value: each, label: words.onTimeout[each] }));
  return (
    <>
      <TextField
        label={words.question}
        placeholder={words.example}
        maxLength={MAX_QUESTION_LENGTH}
        required
        value={value.question}
        onChange={(question) => change({ question })}
      />
      <div className="grid grid-cols-2 items-end gap-4 phone:grid-cols-1">
        <SelectField
          label={words.wait}
          options={waits.map((seconds) => ({ value: String(seconds), label: words.seconds(seconds) }))}
          value={String(value.timeout_s)}
          onChange={(seconds) => change({ timeout_s: Number(seconds) })}
        />
        <SelectField
          label={words.without}
          options={options}
          value={value.on_timeout}
          onChange={(each) => change({ on_timeout: each as Verify['on_timeout'] })}
        />
      </div>
      <Switch label={words.hold} checked={value.hold} onCheckedChange={(hold) => change({ hold })} />
    </>
  );
}

/** Where pictures will be sent, or why none will. */
function Sent({ host, problem }: { host: string; problem: keyof typeof secondLookWords.rule.problems | undefined }) {
  if (problem) return <Warning>{secondLookWords.rule.problems[problem]}</Warning>;
  return <p className="text-13 break-words text-muted">{words.sent(host)}</p>;
}

function NotSetUp() {
  const may = useMay();
  return (
    <p className="mt-2 text-13">
      {words.notSetUp}{' '}
      {may.manage ? (
        <Link to="/settings/second-look" className="font-medium text-accent-text hover:underline">
          {words.setUp}
        </Link>
      ) : (
        words.askAdmin
      )}
    </p>
  );
}
