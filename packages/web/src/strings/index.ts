import type { strings as en } from './en/index.js';
import { currentLanguage, type Language } from './language.js';

/** All words of the pages. Every language is an object of this type. */
export type Strings = typeof en;

const LOADERS: Record<Language, () => Promise<{ strings: Strings }>> = {
  en: () => import('./en/index.js'),
  de: () => import('./de/index.js'),
  es: () => import('./es/index.js'),
};

/** The words of the language in use; no other is loaded. Whatever says something is loaded after them. */
export let t: Strings;

export async function loadStrings(): Promise<void> {
  t = (await LOADERS[currentLanguage()]()).strings;
}
