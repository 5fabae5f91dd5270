import { t } from '../../../strings/index.js';
import { Switch } from '../../../ui/choice.js';
import { TRAITS } from '../../model/parts.js';
import { DurationFields } from './duration-fields.js';
import type { EditorProps } from './editor-props.js';

const words = t.compose.edit;
const START_S = 30;

/** How long it must last. */
export function LongEditor({ parts, onChange }: EditorProps) {
  const { seconds } = parts.long;
  const isOptional = TRAITS[parts.does.behavior].seconds === 'optional';
  return (
    <>
      {isOptional && (
        <Switch
          label={words.atOnce}
          checked={seconds === undefined}
          onCheckedChange={(atOnce) => onChange({ long: { seconds: atOnce ? undefined : START_S } })}
        />
      )}
      {seconds !== undefined && (
        <DurationFields
          label={words.time}
          seconds={seconds}
          onChange={(next) => onChange({ long: { seconds: next } })}
        />
      )}
    </>
  );
}
