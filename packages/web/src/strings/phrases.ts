import type { phrases as en } from './en/phrases.js';
import { currentLanguage, type Language } from './language.js';

type PhraseWords = typeof en;

const LOADERS: Record<Language, () => Promise<{ phrases: PhraseWords }>> = {
  en: () => import('./en/phrases.js'),
  de: () => import('./de/phrases.js'),
  es: () => import('./es/phrases.js'),
};

/** Words about rules with a description. They are loaded where there is one. */
export let phraseWords: PhraseWords;

export async function loadPhraseWords(): Promise<void> {
  phraseWords = (await LOADERS[currentLanguage()]()).phrases;
}
