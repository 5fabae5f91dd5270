import { Severity } from '../../../lib/schemas.js';
import { SecondOpinion } from '../../../second-look/index.js';
import { t } from '../../../strings/index.js';
import { SelectField } from '../../../ui/field.js';
import type { PartValues } from '../../model/parts.js';
import { Choices, Group } from './choices.js';
import type { EditorProps } from './editor-props.js';

const words = t.compose.edit;

const OPTIONS = Severity.options.map((value) => ({ value, ...words.severities[value] }));
const COOLDOWNS_S = [0, 60, 300, 900, 3600, 86_400];

/** How loud a rule warns, and how often. */
export function LoudEditor({ parts, onChange }: EditorProps) {
  const { loud } = parts;
  const change = (next: Partial<PartValues['loud']>) => onChange({ loud: { ...loud, ...next } });
  const cooldowns = [...new Set([...COOLDOWNS_S, loud.cooldownS])].sort((a, b) => a - b);
  return (
    <>
      <Group label={words.severity}>
        <Choices
          name="severity"
          options={OPTIONS}
          value={loud.severity}
          onChange={(severity) => change({ severity })}
        />
      </Group>
      <SelectField
        label={words.cooldown}
        options={cooldowns.map((value) => ({ value: String(value), label: t.compose.values.cooldown(value) }))}
        value={String(loud.cooldownS)}
        onChange={(value) => change({ cooldownS: Number(value) })}
      />
      <SecondOpinion value={loud.verify} onChange={(verify) => change({ verify })} />
    </>
  );
}
