/** The languages of the pages, each by its own name. */
export const LANGUAGES = { en: 'English', de: 'Deutsch', es: 'Español' } as const;
export type Language = keyof typeof LANGUAGES;

const KEY = 'lookout.language';

const isLanguage = (text: string | undefined | null): text is Language => Object.hasOwn(LANGUAGES, text ?? '');

/** The first that there is: what was chosen on this device, then what the browser asks for, then English. @param wanted e.g. `de-AT` */
export function languageOf(chosen: string | null, wanted: readonly string[]): Language {
  return [chosen, ...wanted.map((each) => each.split('-', 1)[0]!.toLowerCase())].find(isLanguage) ?? 'en';
}

/** Undefined: the browser's. */
export function chosenLanguage(): Language | undefined {
  const stored = read();
  return isLanguage(stored) ? stored : undefined;
}

/** Remembers it on this device, and loads the page anew with its words. @param language undefined: the browser's */
export function changeLanguage(language: Language | undefined): void {
  try {
    if (language === undefined) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, language);
  } catch {
    // Storage is forbidden here: it stays as it is.
    return;
  }
  location.reload();
}

/** English outside of a browser. */
export function currentLanguage(): Language {
  return globalThis.document === undefined ? 'en' : languageOf(read(), navigator.languages);
}

function read(): string | null {
  try {
    return localStorage.getItem(KEY);
  } catch {
    // Storage is forbidden here: the browser's language it is.
    return null;
  }
}
