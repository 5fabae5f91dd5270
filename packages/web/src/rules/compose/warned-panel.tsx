import type { Mode, Rule } from '@lookout/protocol';
import { AppWindow, Check, List } from 'lucide-react';
import { t } from '../../strings/index.js';
import { Switch } from '../../ui/choice.js';
import { Panel } from '../../ui/panel.js';

const words = t.compose.warned;

export interface WarnedPanelProps {
  rule: Rule;
  modes: readonly Mode[];
  onModes: (modes: Mode[]) => void;
  /** Opens the editor of how loud and how often. */
  onChange: () => void;
}

/** What happens when the rule fires. */
export function WarnedPanel({ rule, modes, onModes, onChange }: WarnedPanelProps) {
  const isNote = rule.severity === 'info';
  const Icon = isNote ? List : AppWindow;
  return (
    <Panel title={words.title}>
      <p className="flex min-h-10 items-center justify-between gap-2">
        <span className="flex items-center gap-2">
          <Icon size={15} aria-hidden="true" />
          {isNote ? words.noteHere : words.here}
        </span>
        <Check size={15} role="img" aria-label={words.on} className="text-good" />
      </p>
      <div className="flex min-h-11 items-center">
        <Switch
          label={words.atHome}
          checked={modes.includes('home')}
          onCheckedChange={(atHome) => onModes(atHome ? ['home', 'away'] : ['away'])}
        />
      </div>
      <p className="mt-1.5 text-13 text-muted">
        {t.compose.values.cooldown(rule.cooldown_s)}.{' '}
        <button type="button" onClick={onChange} className="py-1.5 font-medium text-accent-text hover:underline">
          {words.change}
        </button>
      </p>
    </Panel>
  );
}
