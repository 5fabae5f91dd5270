import { useState } from 'react';
import { t } from '../../../strings/index.js';
import { TextField } from '../../../ui/field.js';
import { Toggles } from './choices.js';

const words = t.compose.edit;

/** Any class at all. */
const ANY = '*';
/** Longer lists get a field to search them. */
const SEARCH_FROM = 12;

export interface ClassPickerProps {
  /** Names of what the model can see. */
  classes: readonly string[];
  chosen: readonly string[];
  onChange: (chosen: string[]) => void;
}

/** Chooses kinds of objects: those chosen come first, and any other by its name. */
export function ClassPicker({ classes, chosen, onChange }: ClassPickerProps) {
  const [filter, setFilter] = useState('');
  // What is chosen stays in its place while it is being chosen.
  const [first] = useState(() => chosen.filter((name) => name !== ANY));
  const isAny = chosen.includes(ANY);
  const names = [...new Set([...first, ...classes])];
  const shown = names.filter((name) => t.object(name).toLowerCase().includes(filter.trim().toLowerCase()));
  const options = [{ value: ANY, label: words.anything }, ...shown.map((value) => ({ value, label: t.object(value) }))];
  const change = (next: string[]) => {
    // “Anything” and the others exclude each other.
    if (next.includes(ANY) && !isAny) onChange([ANY]);
    else onChange(next.filter((name) => name !== ANY));
  };
  return (
    <div className="space-y-2">
      {names.length > SEARCH_FROM && (
        <TextField label={words.filter} value={filter} onChange={setFilter} type="search" />
      )}
      <Toggles options={options} chosen={chosen} onChange={change} className="max-h-56 overflow-y-auto py-0.5" />
      <p role="status" className="text-13 text-muted empty:hidden">
        {shown.length === 0 ? words.noMatch(filter) : chosen.length === 0 ? words.atLeastOne : ''}
      </p>
    </div>
  );
}
