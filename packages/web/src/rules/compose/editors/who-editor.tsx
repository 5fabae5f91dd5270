import { COUNT_OPS, type Count } from '@lookout/protocol';
import { t } from '../../../strings/index.js';
import { SelectField, TextField } from '../../../ui/field.js';
import { TRAITS } from '../../model/parts.js';
import { Group } from './choices.js';
import { ClassPicker } from './class-picker.js';
import type { EditorProps } from './editor-props.js';

const words = t.compose.edit;
/** The server's limit. */
const MAX_PHRASE_LENGTH = 200;

const OPERATORS = [
  { value: 'any', label: words.anyCount },
  ...COUNT_OPS.map((value) => ({ value, label: words.countOps[value] })),
];

/** Who a rule is about, and how many of them. */
export function WhoEditor({ parts, onChange, classes }: EditorProps) {
  const { who, does } = parts;
  const change = (next: Partial<typeof who>) => onChange({ who: { ...who, ...next } });
  return (
    <>
      <Group label={words.classes}>
        <ClassPicker classes={classes} chosen={who.classes} onChange={(chosen) => change({ classes: chosen })} />
      </Group>
      {who.phrase !== undefined && (
        <TextField
          label={who.polarity === 'absent' ? words.describedNot : words.described}
          maxLength={MAX_PHRASE_LENGTH}
          value={who.phrase}
          onChange={(phrase) => change({ phrase })}
        />
      )}
      {TRAITS[does.behavior].counts ? (
        <CountFields count={who.count} onChange={(count) => change({ count })} />
      ) : (
        <p className="text-13 text-muted">{words.countNotPossible}</p>
      )}
    </>
  );
}

function CountFields({ count, onChange }: { count: Count | undefined; onChange: (count: Count | undefined) => void }) {
  return (
    <div className="grid grid-cols-[1fr_6rem] gap-3">
      <SelectField
        label={words.count}
        options={OPERATORS}
        value={count?.op ?? 'any'}
        onChange={(op) => onChange(op === 'any' ? undefined : { op: op as Count['op'], value: count?.value ?? 2 })}
      />
      {count && (
        <TextField
          label={words.number}
          type="number"
          min={0}
          max={10_000}
          inputMode="numeric"
          value={Number.isNaN(count.value) ? '' : String(count.value)}
          onChange={(text) => onChange({ ...count, value: text === '' ? Number.NaN : Number(text) })}
        />
      )}
    </div>
  );
}
