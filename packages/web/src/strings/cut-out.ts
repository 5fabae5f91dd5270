import type { cutOut as en } from './en/cut-out.js';
import { currentLanguage, type Language } from './language.js';

type CutOutWords = typeof en;

const LOADERS: Record<Language, () => Promise<{ cutOut: CutOutWords }>> = {
  en: () => import('./en/cut-out.js'),
  de: () => import('./de/cut-out.js'),
  es: () => import('./es/cut-out.js'),
};

/** Words of the page that cuts objects out of pictures. They are loaded with it. */
export let cutOutWords: CutOutWords;

export async function loadCutOutWords(): Promise<void> {
  cutOutWords = (await LOADERS[currentLanguage()]()).cutOut;
}
