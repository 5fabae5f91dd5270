import { Languages } from 'lucide-react';
import { t } from '../strings/index.js';
import { changeLanguage, chosenLanguage, LANGUAGES, type Language } from '../strings/language.js';
import { classes } from './classes.js';

const NAMES = Object.entries(LANGUAGES) as [Language, string][];

/** Chooses the language of the pages on this device. */
export function LanguageChoice({ className }: { className?: string }) {
  return (
    <label
      className={classes(
        'inline-flex min-h-target items-center gap-2 rounded-md px-3 text-muted focus-within:text-text hover:text-text',
        className,
      )}
    >
      <Languages size={17} className="shrink-0" aria-hidden="true" />
      <span className="sr-only">{t.language.label}</span>
      <select
        className="min-h-target min-w-0 cursor-pointer bg-transparent pr-1"
        value={chosenLanguage() ?? ''}
        onChange={({ target }) => changeLanguage(NAMES.find(([language]) => language === target.value)?.[0])}
      >
        <option value="">{t.language.browser}</option>
        {NAMES.map(([language, name]) => (
          <option key={language} value={language} lang={language}>
            {name}
          </option>
        ))}
      </select>
    </label>
  );
}
