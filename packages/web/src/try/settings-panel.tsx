import type { Model } from '@lookout/protocol';
import { X } from 'lucide-react';
import { type FormEvent, useId, useState } from 'react';
import { Button } from '../ui/button.js';
import { SelectField, TextField } from '../ui/field.js';
import { Panel } from '../ui/panel.js';
import { Segmented } from '../ui/segmented.js';
import { DEFAULT_SETTINGS, type TrySettings } from './try-settings.js';

export interface SettingsPanelProps {
  settings: TrySettings;
  models: readonly Model[];
  onChange: (settings: TrySettings) => void;
}

/** What to look for, and how hard. */
export function SettingsPanel({ settings, models, onChange }: SettingsPanelProps) {
  const change = (part: Partial<TrySettings>) => onChange({ ...settings, ...part });
  const usable = models.filter(({ unusable }) => unusable === undefined);
  const byDefault = usable.find((each) => each.default);
  const model = usable.find(({ name }) => name === settings.model) ?? byDefault;
  const changed = JSON.stringify(settings) !== JSON.stringify(DEFAULT_SETTINGS);
  return (
    <Panel
      title="Settings"
      aside={
        changed && (
          <button
            type="button"
            className="text-[0.8125rem] font-medium text-accent underline-offset-3 hover:underline"
            onClick={() => onChange(DEFAULT_SETTINGS)}
          >
            Reset
          </button>
        )
      }
    >
      <div className="space-y-4">
        {usable.length > 1 && (
          <SelectField
            label="Model"
            value={settings.model ?? ''}
            onChange={({ target }) => change({ model: target.value || undefined, classes: [] })}
          >
            <option value="">The default{byDefault && `: ${byDefault.name}`}</option>
            {usable.map(({ name, loaded }) => (
              <option key={name} value={name}>
                {name}
                {!loaded && ' (not loaded)'}
              </option>
            ))}
          </SelectField>
        )}
        <Slider
          label="Minimum confidence"
          value={settings.confidence}
          onChange={(confidence) => change({ confidence })}
        />
        <Slider
          label="IoU threshold"
          hint="Boxes of one class that overlap more are one object."
          value={settings.iou}
          onChange={(iou) => change({ iou })}
        />
        <Slider
          label="IoU threshold across classes"
          hint="Boxes of different classes that overlap more are one object. 100 % is off."
          value={settings.crossClassIou}
          onChange={(crossClassIou) => change({ crossClassIou })}
        />
        <div>
          <p className="mb-1 font-medium">Quality</p>
          <Segmented
            label="Quality"
            value={settings.quality}
            options={[
              { value: 'fast', label: 'Fast' },
              { value: 'balanced', label: 'Balanced' },
              { value: 'accurate', label: 'Accurate' },
            ]}
            onChange={(quality) => change({ quality })}
          />
        </div>
        <TextField
          label="Maximum objects"
          type="number"
          inputMode="numeric"
          min={1}
          max={300}
          value={settings.maxDetections}
          onChange={({ target }) => {
            const count = target.valueAsNumber;
            if (Number.isInteger(count) && count >= 1 && count <= 300) change({ maxDetections: count });
          }}
        />
        <Classes
          chosen={settings.classes}
          known={model?.classes ?? []}
          onChange={(chosen) => change({ classes: chosen })}
        />
      </div>
    </Panel>
  );
}

interface SliderProps {
  label: string;
  hint?: string;
  value: number;
  onChange: (value: number) => void;
}

/** A share, in hundredths. */
function Slider({ label, hint, value, onChange }: SliderProps) {
  const id = useId();
  const percent = Math.round(value * 100);
  return (
    <div>
      <div className="flex items-baseline justify-between gap-3">
        <label htmlFor={id} className="font-medium">
          {label}
        </label>
        <span className="figures text-muted">{percent} %</span>
      </div>
      <input
        id={id}
        type="range"
        min={0}
        max={100}
        step={5}
        value={percent}
        aria-valuetext={`${percent} %`}
        aria-describedby={hint && `${id}-hint`}
        className="h-8 pointer-coarse:h-11 w-full accent-(--accent)"
        onChange={({ target }) => onChange(target.valueAsNumber / 100)}
      />
      {hint && (
        <p id={`${id}-hint`} className="text-[0.8125rem] text-muted">
          {hint}
        </p>
      )}
    </div>
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
  const [error, setError] = useState('');
  const add = (event: FormEvent) => {
    event.preventDefault();
    const name = text.trim();
    if (name === '') return;
    if (!known.includes(name)) {
      setError(`The model does not know “${name}”.`);
      return;
    }
    setText('');
    if (!chosen.includes(name)) onChange([...chosen, name]);
  };
  return (
    <form onSubmit={add}>
      <div className="flex items-start gap-2">
        <div className="min-w-0 flex-1">
          <TextField
            label="Look for"
            list={list}
            value={text}
            autoCapitalize="none"
            placeholder={chosen.length === 0 ? 'all' : 'one more'}
            error={error || undefined}
            onChange={({ target }) => {
              setText(target.value);
              setError('');
            }}
          />
        </div>
        <Button type="submit" className="mt-[1.45rem]" disabled={text.trim() === ''}>
          Add
        </Button>
      </div>
      <datalist id={list}>
        {known.map((name) => (
          <option key={name} value={name} />
        ))}
      </datalist>
      {chosen.length > 0 && (
        <ul aria-label="Chosen objects" className="mt-2 flex flex-wrap gap-1.5">
          {chosen.map((name) => (
            <li key={name}>
              <button
                type="button"
                aria-label={`Remove ${name}`}
                className="inline-flex h-8 items-center gap-1.5 rounded-md border border-accent bg-accent-soft px-2.5 text-[0.8125rem] font-medium"
                onClick={() => onChange(chosen.filter((each) => each !== name))}
              >
                {name}
                <X size={13} aria-hidden="true" />
              </button>
            </li>
          ))}
        </ul>
      )}
    </form>
  );
}
