import type { Mode, Rule } from '@lookout/protocol';
import { AppWindow, Bell, Check, List, type LucideIcon, Volume2 } from 'lucide-react';
import { Link } from 'react-router';
import { notificationPermission, useWarnSettings } from '../../events/warn/settings.js';
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
  const [{ banner, sound, notification }] = useWarnSettings();
  const permission = notificationPermission();
  return (
    <Panel title={words.title}>
      <ul>
        {rule.severity === 'info' ? (
          <Way label={words.listed} Icon={List} isOn />
        ) : (
          <>
            <Way label={words.here} Icon={AppWindow} isOn={banner} />
            <Way label={words.sound} Icon={Volume2} isOn={sound} />
            <Way
              label={words.browser}
              Icon={Bell}
              isOn={permission === 'granted' && notification}
              act={permission === 'denied' || permission === 'insecure' ? words.blocked : undefined}
            />
          </>
        )}
      </ul>
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

interface WayProps {
  label: string;
  Icon: LucideIcon;
  isOn: boolean;
  /** What the link says that leads to where it is turned on. */
  act?: string | undefined;
}

/** A way in which this browser warns, or where it is turned on. */
function Way({ label, Icon, isOn, act = words.turnOn }: WayProps) {
  return (
    <li className="flex min-h-10 pointer-coarse:min-h-11 items-center justify-between gap-2">
      <span className="flex items-center gap-2">
        <Icon size={15} aria-hidden="true" />
        {label}
      </span>
      {isOn ? (
        <Check size={15} role="img" aria-label={words.on} className="text-good" />
      ) : (
        <Link to="/warnings" className="pointer-coarse:py-3.25 text-13 font-medium text-accent-text hover:underline">
          {act}
          <span className="sr-only">: {label}</span>
        </Link>
      )}
    </li>
  );
}
