import type { QuestionTopic } from '@lookout/protocol';
import { type ReactNode, useState } from 'react';
import { t } from '../../strings/index.js';
import { Button } from '../../ui/button.js';
import { TextField } from '../../ui/field.js';
import { ClassPicker } from './editors/class-picker.js';
import { DurationFields } from './editors/duration-fields.js';

const words = t.compose.question;

export interface FreeAnswerProps {
  /** Names of what the model can see. */
  classes: readonly string[];
  /** @param words for the sentence */
  onAnswer: (words: string) => void;
}

/** Questions whose answer can be anything of a kind. */
const FREE: Partial<Record<QuestionTopic, (props: FreeAnswerProps) => ReactNode>> = {
  time: TimeAnswer,
  duration: DurationAnswer,
  count: CountAnswer,
  subject: SubjectAnswer,
};

/** A field for the answer to such a question; nothing for the others. */
export function FreeAnswer({ about, ...rest }: FreeAnswerProps & { about: QuestionTopic }) {
  const Free = FREE[about];
  return Free ? <Free {...rest} /> : null;
}

function TimeAnswer({ onAnswer }: FreeAnswerProps) {
  const [from, setFrom] = useState('22:00');
  const [to, setTo] = useState('06:00');
  return (
    <AnswerForm isValid={from !== '' && to !== ''} onUse={() => onAnswer(t.sentence.between(from, to))}>
      <div className="grid max-w-sm grid-cols-2 gap-3">
        <TextField label={words.from} type="time" value={from} onChange={setFrom} />
        <TextField label={words.to} type="time" value={to} onChange={setTo} />
      </div>
    </AnswerForm>
  );
}

function DurationAnswer({ onAnswer }: FreeAnswerProps) {
  const [seconds, setSeconds] = useState(60);
  return (
    <AnswerForm isValid={seconds > 0} onUse={() => onAnswer(t.sentence.seconds(seconds))}>
      <div className="max-w-sm">
        <DurationFields label={words.atLeastSo} seconds={seconds} onChange={setSeconds} />
      </div>
    </AnswerForm>
  );
}

function CountAnswer({ onAnswer }: FreeAnswerProps) {
  const [count, setCount] = useState('5');
  const value = Number(count);
  const isValid = /^[1-9]\d{0,3}$/.test(count);
  return (
    <AnswerForm isValid={isValid} onUse={() => onAnswer(t.sentence.atLeast(value))}>
      <div className="max-w-40">
        <TextField label={words.amount} type="number" min={1} inputMode="numeric" value={count} onChange={setCount} />
      </div>
    </AnswerForm>
  );
}

function SubjectAnswer({ classes, onAnswer }: FreeAnswerProps) {
  const [chosen, setChosen] = useState<string[]>([]);
  return (
    <AnswerForm isValid={chosen.length > 0} onUse={() => onAnswer(t.sentence.someObjects(chosen))}>
      <ClassPicker classes={classes} chosen={chosen} onChange={setChosen} />
    </AnswerForm>
  );
}

function AnswerForm({ isValid, onUse, children }: { isValid: boolean; onUse: () => void; children: ReactNode }) {
  return (
    <form
      className="space-y-3"
      onSubmit={(event) => {
        event.preventDefault();
        if (isValid) onUse();
      }}
    >
      {children}
      <Button type="submit" aria-disabled={!isValid}>
        {words.use}
      </Button>
    </form>
  );
}
