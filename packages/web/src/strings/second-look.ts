import type { secondLook as en } from './en/second-look.js';
import { currentLanguage, type Language } from './language.js';

type SecondLookWords = typeof en;

const LOADERS: Record<Language, () => Promise<{ secondLook: SecondLookWords }>> = {
  en: () => import('./en/second-look.js'),
  de: () => import('./de/second-look.js'),
  es: () => import('./es/second-look.js'),
};

/** Words about the second look. They are loaded where it is used, which few people do. */
export let secondLookWords: SecondLookWords;

export async function loadSecondLookWords(): Promise<void> {
  secondLookWords = (await LOADERS[currentLanguage()]()).secondLook;
}
