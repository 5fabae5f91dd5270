import { useState } from 'react';
import { t } from '../../../strings/index.js';
import { SelectField, TextField } from '../../../ui/field.js';

const words = t.compose.edit;

const UNIT_SECONDS = { s: 1, min: 60, h: 3600 } as const;
export type Unit = keyof typeof UNIT_SECONDS;
const UNITS = (Object.keys(UNIT_SECONDS) as Unit[]).map((value) => ({ value, label: words.units[value] }));
const MAX_SECONDS = 7 * 86_400;

export interface DurationFieldsProps {
  label: string;
  /** NaN: no number was typed. */
  seconds: number;
  onChange: (seconds: number) => void;
}

/** A time as a number and its unit. */
export function DurationFields({ label, seconds, onChange }: DurationFieldsProps) {
  const [unit, setUnit] = useState<Unit>(() => unitOf(seconds));
  const isValid = seconds >= 0 && seconds <= MAX_SECONDS;
  return (
    <div className="grid grid-cols-2 gap-3">
      <TextField
        label={label}
        type="number"
        min={0}
        step="any"
        inputMode="decimal"
        value={Number.isNaN(seconds) ? '' : String(seconds / UNIT_SECONDS[unit])}
        error={isValid ? undefined : words.invalidTime}
        onChange={(text) => onChange(text === '' ? Number.NaN : Number(text) * UNIT_SECONDS[unit])}
      />
      <SelectField
        label={words.unit}
        options={UNITS}
        value={unit}
        onChange={(next) => {
          const chosen = next as Unit;
          onChange((seconds / UNIT_SECONDS[unit]) * UNIT_SECONDS[chosen]);
          setUnit(chosen);
        }}
      />
    </div>
  );
}

/** The largest unit of which a time has a whole number. */
function unitOf(seconds: number): Unit {
  if (seconds >= 3600 && seconds % 3600 === 0) return 'h';
  return seconds >= 60 && seconds % 60 === 0 ? 'min' : 's';
}
