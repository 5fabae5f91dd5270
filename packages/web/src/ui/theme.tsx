import { Monitor, Moon, Sun } from 'lucide-react';
import { useState } from 'react';
import { t } from '../strings/index.js';
import { Button, IconButton } from './button.js';

const THEMES = ['system', 'light', 'dark'] as const;
type Theme = (typeof THEMES)[number];

const ICONS = { system: Monitor, light: Sun, dark: Moon };
const KEY = 'lookout.theme';

/** Cycles through system, light and dark. */
export function ThemeToggle() {
  const { label, Icon, change } = useTheme();
  return (
    <IconButton label={label} onClick={change}>
      <Icon size={18} aria-hidden="true" />
    </IconButton>
  );
}

/** The same with its words. */
export function ThemeButton({ className }: { className: string }) {
  const { label, Icon, change } = useTheme();
  return (
    <Button variant="ghost" className={className} onClick={change}>
      <Icon size={18} aria-hidden="true" />
      {label}
    </Button>
  );
}

function useTheme() {
  const [theme, setTheme] = useState(currentTheme);
  const next = THEMES[(THEMES.indexOf(theme) + 1) % THEMES.length] ?? 'system';
  const change = () => {
    applyTheme(next);
    setTheme(next);
  };
  return { label: t.theme.label(t.theme[theme], t.theme[next]), Icon: ICONS[theme], change };
}

/** The chosen theme; `public/theme.js` has set it on the root element before the first paint. */
function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

/** Takes effect at once, and is remembered if the browser allows storage. */
function applyTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Storage is forbidden here: the choice holds for this page.
  }
}
