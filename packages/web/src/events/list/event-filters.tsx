import type { Camera, StoredRule } from '@lookout/protocol';
import { t } from '../../strings/index.js';
import { classes } from '../../ui/classes.js';

const words = t.events.filters;

/** What the list shows, as it stands in the page's address. */
export interface Shown {
  only: 'all' | 'unseen' | 'kept' | 'wrong';
  camera: string | undefined;
  class: string | undefined;
  rule: string | undefined;
  /** Midnight of the only day that is listed, and the start of the only part of it, Unix epoch ms. */
  day: number | undefined;
  part: number | undefined;
}

export interface EventFiltersProps {
  shown: Shown;
  onChange: (change: Partial<Shown>) => void;
  unseen: number;
  cameras: readonly Camera[];
  classNames: readonly string[];
  rules: readonly StoredRule[];
}

const PILL =
  'inline-flex min-h-target shrink-0 items-center gap-2 rounded-full border border-line bg-surface px-3.5 font-strong whitespace-nowrap';

/** Which events are listed. */
export function EventFilters({ shown, onChange, unseen, cameras, classNames, rules }: EventFiltersProps) {
  const only = (['all', 'unseen', 'kept', 'wrong'] as const).filter(
    (value) => value !== 'unseen' || unseen > 0 || shown.only === 'unseen',
  );
  return (
    <fieldset
      aria-label={words.label}
      className="mb-5 flex flex-wrap gap-2 phone:-mx-4 phone:flex-nowrap phone:overflow-x-auto phone:px-4 phone:pb-1"
    >
      {only.map((value) => (
        <button
          key={value}
          type="button"
          aria-pressed={shown.only === value}
          className={classes(PILL, 'aria-pressed:border-transparent aria-pressed:bg-text aria-pressed:text-ground')}
          onClick={() => onChange({ only: value })}
        >
          {words[value]}
          {value === 'unseen' && <span className="figures text-12">{unseen}</span>}
        </button>
      ))}
      <Choice
        label={words.camera}
        all={words.everyCamera}
        value={shown.camera}
        options={cameras.map(({ id, name }) => ({ value: id, label: name }))}
        onChange={(camera) => onChange({ camera })}
      />
      <Choice
        label={words.object}
        all={words.anything}
        value={shown.class}
        options={classNames.map((name) => ({ value: name, label: t.events.object(name) }))}
        onChange={(name) => onChange({ class: name })}
      />
      <Choice
        label={words.rule}
        all={words.everyRule}
        value={shown.rule}
        options={rules.map(({ id, summary }) => ({ value: id, label: summary }))}
        onChange={(rule) => onChange({ rule })}
      />
    </fieldset>
  );
}

interface ChoiceProps {
  label: string;
  all: string;
  value: string | undefined;
  options: ReadonlyArray<{ value: string; label: string }>;
  onChange: (value: string | undefined) => void;
}

function Choice({ label, all, value, options, onChange }: ChoiceProps) {
  if (options.length < 2 && value === undefined) return null;
  return (
    <select
      aria-label={label}
      value={value ?? ''}
      className={classes(PILL, 'max-w-60')}
      onChange={({ target }) => onChange(target.value === '' ? undefined : target.value)}
    >
      <option value="">{all}</option>
      {options.map((option) => (
        <option key={option.value} value={option.value}>
          {option.label}
        </option>
      ))}
    </select>
  );
}
