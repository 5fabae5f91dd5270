import type { Model } from '@lookout/protocol';
import { X } from 'lucide-react';
import { useId, useState } from 'react';
import { numberOf, useForm } from '../lib/form.js';
import { ImageSettings } from '../lib/schemas.js';
import { t } from '../strings/index.js';
import { tryWords } from '../strings/try.js';
import { Button } from '../ui/button.js';
import { Segmented } from '../ui/choice.js';
import { SliderField, TextField } from '../ui/field.js';
import { Panel } from '../ui/panel.js';
import { ASKED_FROM } from './kept-scores.js';
import { ModelFields, modelOf } from './model-fields.js';
import { PromptsField } from './prompts-field.js';
import type { TryLink } from './try-link.js';
import { DEFAULT_SETTINGS, type TrySettings } from './try-settings.js';

const words = tryWords.settings;
const QUALITIES = (['fast', 'balanced', 'accurate'] as const).map((value) => ({
  value,
  label: words.qualities[value],
}));
const SHARES = [
  { name: 'iou_threshold', label: words.iou, hint: words.iouHint },
  { name: 'cross_class_iou', label: words.crossClassIou, hint: words.crossClassIouHint },
] as const;

export interface SettingsPanelProps {
  value: TryLink;
  models: readonly Model[];
  /** Below this score nothing is known. Undefined: the minimum confidence is up to the server. */
  lowest: number | undefined;
  onChange: (value: TryLink) => void;
}

/** The models and the detection settings. */
export function SettingsPanel({ value, models, lowest, onChange }: SettingsPanelProps) {
  const { settings } = value;
  const change = (part: Partial<TrySettings>) => onChange({ ...value, settings: { ...settings, ...part } });
  const changed = value.compared !== undefined || JSON.stringify(settings) !== JSON.stringify(DEFAULT_SETTINGS);
  return (
    <Panel
      title={words.title}
      aside={
        changed && (
          <button
            type="button"
            className="pointer-coarse:min-h-11 text-13 font-medium text-accent-text underline-offset-3 hover:underline"
            onClick={() => onChange({ settings: DEFAULT_SETTINGS, compared: undefined })}
          >
            {words.reset}
          </button>
        )
      }
    >
      <div className="space-y-4">
        <ModelFields value={value} models={models} canCompare={lowest !== undefined} onChange={onChange} />
        <SliderField
          label={words.confidence}
          {...(lowest !== undefined && { hint: words.keptFrom(t.units.percent(lowest)) })}
          {...{ min: ASKED_FROM, max: 1, step: 0.05 }}
          value={settings.confidence_threshold}
          text={t.units.percent(settings.confidence_threshold)}
          onChange={(share) => change({ confidence_threshold: share })}
        />
        {SHARES.map(({ name, ...field }) => (
          <SliderField
            key={name}
            {...field}
            {...{ min: 0, max: 1, step: 0.05 }}
            value={settings[name]}
            text={t.units.percent(settings[name])}
            onChange={(share) => change({ [name]: share })}
          />
        ))}
        <div>
          <p className="mb-1 font-medium">{words.quality}</p>
          <Segmented
            label={words.quality}
            value={settings.quality_mode}
            options={QUALITIES}
            onChange={(quality_mode) => change({ quality_mode })}
          />
        </div>
        <MaxObjects value={settings.max_detections} onChange={(max_detections) => change({ max_detections })} />
        <Classes
          chosen={settings.classes}
          known={modelOf(settings.model, models)?.classes ?? []}
          onChange={(classes) => change({ classes })}
        />
        <PromptsField prompts={settings.prompts} onChange={(prompts) => change({ prompts })} />
      </div>
    </Panel>
  );
}

function MaxObjects({ value, onChange }: { value: number; onChange: (value: number) => void }) {
  const { values, set, text, check } = useForm({ max_detections: String(value) });
  // For a reset from outside. While the user types, the text here may not be a number.
  const [last, setLast] = useState(value);
  if (last !== value) {
    setLast(value);
    if (numberOf(values.max_detections) !== value) set({ max_detections: String(value) });
  }
  return (
    <TextField
      label={words.maxObjects}
      type="number"
      {...text('max_detections')}
      onChange={(typed) => {
        set({ max_detections: typed });
        const max_detections = numberOf(typed);
        if (check(ImageSettings, { max_detections })) onChange(max_detections);
      }}
    />
  );
}

interface ClassesProps {
  chosen: readonly string[];
  known: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** Any of the model's classes; none chosen means all. */
function Classes({ chosen, known, onChange }: ClassesProps) {
  const list = useId();
  const [text, setText] = useState('');
  const [error, setError] = useState<string>();
  const add = (typed: string) => {
    if (typed === '') return;
    const name = t.objectNamed(typed);
    if (!known.includes(name)) {
      setError(words.unknownClass(typed));
      return;
    }
    setText('');
    if (!chosen.includes(name)) onChange([...chosen, name]);
  };
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault();
        add(text.trim());
      }}
    >
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <TextField
            label={words.classes}
            list={list}
            value={text}
            autoCapitalize="none"
            placeholder={chosen.length === 0 ? words.all : words.oneMore}
            error={error}
            onChange={(typed) => {
              setText(typed);
              setError(undefined);
            }}
          />
        </div>
        <Button type="submit" className="mt-[1.45rem]" disabled={text.trim() === ''}>
          {words.add}
        </Button>
      </div>
      <datalist id={list}>
        {known.map((name) => (
          <option key={name} value={t.object(name)} />
        ))}
      </datalist>
      {chosen.length > 0 && (
        <ul aria-label={words.chosen} className="mt-2 flex flex-wrap gap-1.5">
          {chosen.map((name) => (
            <li key={name}>
              <Button
                size="compact"
                aria-label={words.remove(t.object(name))}
                onClick={() => onChange(chosen.filter((each) => each !== name))}
              >
                {t.object(name)}
                <X size={13} aria-hidden="true" />
              </Button>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}
