export type Theme = 'system' | 'light' | 'dark';
export const THEMES: readonly Theme[] = ['system', 'light', 'dark'];

const KEY = 'lookout.theme';
const CHANGED = 'lookout:theme';

/** What was chosen; `public/theme.js` has put it on the root element before the first paint. */
export function currentTheme(): Theme {
  const chosen = document.documentElement.dataset.theme;
  return chosen === 'light' || chosen === 'dark' ? chosen : 'system';
}

/** Takes effect at once and is remembered where the browser lets us. */
export function setTheme(theme: Theme): void {
  if (theme === 'system') delete document.documentElement.dataset.theme;
  else document.documentElement.dataset.theme = theme;
  try {
    if (theme === 'system') localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, theme);
  } catch {
    // Storage is forbidden here: the choice holds for this page.
  }
  window.dispatchEvent(new Event(CHANGED));
}

/** Calls back when the colours of the page changed, by choice or by the system. @returns how to stop */
export function onThemeChange(listener: () => void): () => void {
  const media = matchMedia('(prefers-color-scheme: dark)');
  media.addEventListener('change', listener);
  window.addEventListener(CHANGED, listener);
  return () => {
    media.removeEventListener('change', listener);
    window.removeEventListener(CHANGED, listener);
  };
}
