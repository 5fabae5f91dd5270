import type { search as en } from './en/search.js';
import { currentLanguage, type Language } from './language.js';

type SearchWords = typeof en;

const LOADERS: Record<Language, () => Promise<{ search: SearchWords }>> = {
  en: () => import('./en/search.js'),
  de: () => import('./de/search.js'),
  es: () => import('./es/search.js'),
};

/** Words of the page that looks for what a description says. They are loaded before it. */
export let searchWords: SearchWords;

export async function loadSearchWords(): Promise<void> {
  searchWords = (await LOADERS[currentLanguage()]()).search;
}
