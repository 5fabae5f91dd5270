import { Backpack, Car, Ellipsis, type LucideIcon, PawPrint, PersonStanding } from 'lucide-react';
import { useState } from 'react';
import { classesInWords } from '../lib/class-names.js';
import { ClassPicker } from '../rules/compose/editors/class-picker.js';
import { t } from '../strings/index.js';
import { ANY, type Family, familyMembers, shareOf, toggleMembers } from './model/look-for.js';

const words = t.add.lookFor;
const ICONS: Record<Family, LucideIcon> = { person: PersonStanding, vehicle: Car, animal: PawPrint, parcel: Backpack };
const CHIP =
  'flex min-h-11 items-center gap-2 rounded-full border border-line-strong bg-surface px-4 font-strong aria-pressed:border-accent aria-pressed:bg-accent-soft aria-pressed:text-accent-text';

export interface LookForFieldProps {
  /** Kinds of objects that the model can see; empty while they are not known. */
  names: readonly string[];
  chosen: readonly string[];
  onChange: (chosen: readonly string[]) => void;
}

/** What a camera looks for: families as chips, and each kind of object under “More”. */
export function LookForField({ names, chosen, onChange }: LookForFieldProps) {
  const [showsAll, setShowsAll] = useState(false);
  if (names.length === 0) return null;
  const families = [...familyMembers(names)];
  return (
    <fieldset>
      <legend className="mb-1.5 text-13 font-strong">{words.label}</legend>
      <div className="flex flex-wrap gap-2">
        {families.map(([family, members]) => {
          const Icon = ICONS[family];
          const share = shareOf(members, chosen);
          return (
            <button
              key={family}
              type="button"
              aria-pressed={share === 'some' ? 'mixed' : share === 'all'}
              onClick={() => onChange(toggleMembers(members, chosen, names))}
              className={CHIP}
            >
              <Icon size={16} aria-hidden="true" />
              {words.families[family]}
            </button>
          );
        })}
        <button type="button" aria-expanded={showsAll} onClick={() => setShowsAll(!showsAll)} className={CHIP}>
          <Ellipsis size={16} aria-hidden="true" />
          {showsAll ? words.fewer : words.more}
        </button>
      </div>
      <p role="status" className={`mt-2 text-13 text-pretty ${chosen.length === 0 ? 'text-bad' : 'text-muted'}`}>
        {inWords(chosen, names)}
      </p>
      {showsAll && (
        <fieldset className="mt-3" aria-label={words.each}>
          <ClassPicker classes={names} chosen={chosen} onChange={onChange} />
        </fieldset>
      )}
    </fieldset>
  );
}

const NAMED = 6;

function inWords(chosen: readonly string[], names: readonly string[]): string {
  if (chosen.includes(ANY)) return words.everything(names.length);
  if (chosen.length === 0) return words.none;
  const named = classesInWords(chosen.slice(0, NAMED));
  return words.some(chosen.length, names.length, chosen.length > NAMED ? `${named} …` : `${named}.`);
}
