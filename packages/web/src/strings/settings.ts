import type { settings as en } from './en/settings.js';
import { currentLanguage, type Language } from './language.js';

type SettingsWords = typeof en;

const LOADERS: Record<Language, () => Promise<{ settings: SettingsWords }>> = {
  en: () => import('./en/settings.js'),
  de: () => import('./de/settings.js'),
  es: () => import('./es/settings.js'),
};

/** Words of the settings. They are loaded before these pages, which few people open. */
export let settingsWords: SettingsWords;

export async function loadSettingsWords(): Promise<void> {
  settingsWords = (await LOADERS[currentLanguage()]()).settings;
}
