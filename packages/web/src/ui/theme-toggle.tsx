import { Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { IconButton } from './button.js';
import { currentTheme, setTheme, THEMES, type Theme } from './theme.js';

const ICONS = { system: Monitor, light: Sun, dark: Moon };
const LABELS: Record<Theme, string> = { system: 'as the system', light: 'light', dark: 'dark' };

/** Goes round: as the system, light, dark. */
export function ThemeToggle() {
  const [theme, setLocal] = useState(currentTheme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length]!;
  const Icon = ICONS[theme];
  return (
    <IconButton
      label={`Theme: ${LABELS[theme]}. Change to ${LABELS[next]}`}
      onClick={() => {
        setTheme(next);
        setLocal(next);
      }}
    >
      <Icon size={18} aria-hidden="true" />
    </IconButton>
  );
}
