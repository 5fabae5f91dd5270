import type { SettingOrigin } from '@lookout/protocol';
import { Lock } from 'lucide-react';
import { settingsWords as words } from '../strings/settings.js';

/** Where a setting's value comes from, in words. */
export function originInWords({ from, name = '', line }: SettingOrigin): string {
  switch (from) {
    case 'command_line':
      return words.origin.command_line(name);
    case 'environment':
      return words.origin.environment(name);
    case 'file':
      return words.origin.file(name, line);
    default:
      return words.origin[from];
  }
}

/** Says why a setting can't be changed here, and what to do. */
export function FixedNote({ origin }: { origin: SettingOrigin }) {
  return (
    <span className="flex items-start gap-2">
      <Lock size={14} className="mt-0.5 shrink-0" aria-hidden="true" />
      <span>
        {originInWords(origin)}. {words.fixedHint}
      </span>
    </span>
  );
}
