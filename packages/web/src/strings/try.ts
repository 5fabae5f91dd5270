import type { tryIt as en } from './en/try.js';
import { currentLanguage, type Language } from './language.js';

type TryWords = typeof en;

const LOADERS: Record<Language, () => Promise<{ tryIt: TryWords }>> = {
  en: () => import('./en/try.js'),
  de: () => import('./de/try.js'),
  es: () => import('./es/try.js'),
};

/** Words of the page that tries the detection API. They are loaded before it, which few people open. */
export let tryWords: TryWords;

export async function loadTryWords(): Promise<void> {
  tryWords = (await LOADERS[currentLanguage()]()).tryIt;
}
