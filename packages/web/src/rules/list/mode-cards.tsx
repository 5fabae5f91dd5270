import type { Mode, StoredRule } from '@lookout/protocol';
import { House, type LucideIcon, ShieldCheck } from 'lucide-react';
import { useMay } from '../../api/queries.js';
import { t } from '../../strings/index.js';
import { Segmented } from '../../ui/choice.js';
import { classes } from '../../ui/classes.js';
import { warningIn } from '../model/listing.js';
import { useMode, useSetMode } from '../queries.js';

const words = t.rules.mode;

const MODES: readonly { mode: Mode; label: string; Icon: LucideIcon }[] = [
  { mode: 'home', label: words.home, Icon: House },
  { mode: 'away', label: words.away, Icon: ShieldCheck },
];

/** Home or away, with what warns in each. */
export function ModeCards({ rules }: { rules: readonly StoredRule[] }) {
  const { data } = useMode();
  const { mutate, isPending } = useSetMode();
  const may = useMay();
  if (!may.setMode) return null;
  return (
    // biome-ignore lint/a11y/useSemanticElements: a fieldset is for forms
    <div role="group" aria-label={words.label} className="grid grid-cols-2 gap-3 phone:gap-2">
      {MODES.map(({ mode, label, Icon }) => {
        const isNow = data?.mode === mode;
        return (
          <button
            key={mode}
            type="button"
            aria-pressed={isNow}
            aria-disabled={isPending}
            onClick={() => !isNow && !isPending && mutate(mode)}
            className={classes(
              'flex items-center gap-3.5 rounded-[18px] border bg-surface px-4.5 py-4 text-left phone:flex-col phone:items-start phone:gap-2.5 phone:p-3.5',
              isNow ? 'border-accent ring-1 ring-accent ring-inset' : 'border-line hover:border-line-strong',
            )}
          >
            <span
              className={classes(
                'grid size-11 shrink-0 place-items-center rounded-[14px]',
                isNow ? 'bg-accent text-on-accent' : 'bg-sunken text-muted',
              )}
            >
              <Icon size={18} aria-hidden="true" />
            </span>
            <span>
              <span className="block font-semibold">{label}</span>
              <span className="block text-13 text-muted">{effect(mode, rules)}</span>
            </span>
          </button>
        );
      })}
    </div>
  );
}

/** What warns in a mode. */
function effect(mode: Mode, rules: readonly StoredRule[]): string {
  const on = rules.filter(({ enabled }) => enabled).length;
  const count = warningIn(mode, rules);
  if (count === on) return words.all(on);
  return mode === 'home' ? words.onlyHome(count) : words.onlyAway(count);
}

/** The same choice in the bar above every page. */
export function ModeSwitch() {
  const { data } = useMode();
  const { mutate, isPending } = useSetMode();
  const may = useMay();
  if (!data || !may.setMode) return null;
  return (
    <span className="flex phone:hidden">
      <Segmented
        label={words.label}
        value={data.mode}
        options={MODES.map(({ mode, label, Icon }) => ({ value: mode, label, Icon }))}
        disabled={isPending}
        onChange={(mode) => mutate(mode)}
      />
    </span>
  );
}
