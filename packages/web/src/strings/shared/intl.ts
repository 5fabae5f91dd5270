/** How a language writes numbers, lists and counts. Only the languages import it, which are loaded before all else. */
export function intlOf(language: string) {
  // With the browser's own variant of it, as in Mexico and Spain decimals look different.
  const locale = globalThis.navigator?.languages?.find((each) => each.startsWith(`${language}-`)) ?? language;
  const formats = [0, 1, 2].map(
    (digits) =>
      new Intl.NumberFormat(locale, {
        minimumFractionDigits: digits,
        maximumFractionDigits: digits,
        useGrouping: false,
      }),
  );
  const number = (value: number, digits: 0 | 1 | 2 = 0) => formats[digits]!.format(value);
  const plurals = new Intl.PluralRules(language);
  const ands = new Intl.ListFormat(language, { type: 'conjunction' });
  const ors = new Intl.ListFormat(language, { type: 'disjunction' });
  /** The word that fits a count. */
  const plural = (count: number, one: string, other: string) => (plurals.select(count) === 'one' ? one : other);
  return {
    locale,
    /** @param digits after the decimal sign, 0 to 2 */
    number,
    plural,
    /** `1 person`, `3 people` */
    many: (count: number, one: string, other: string) => `${count} ${plural(count, one, other)}`,
    and: (items: readonly string[]) => ands.format(items),
    or: (items: readonly string[]) => ors.format(items),
    /** `30 s`, `2 min`, `1 h 30 min` */
    duration: (seconds: number) => {
      const [h, min] = [Math.floor(seconds / 3600), Math.floor((seconds % 3600) / 60)];
      const s = Math.round((seconds % 60) * 10) / 10;
      const parts = [h && `${h} h`, min && `${min} min`, s && `${number(s, Number.isInteger(s) ? 0 : 1)} s`];
      return parts.filter(Boolean).join(' ') || '0 s';
    },
  };
}

/** With a capital. */
export const capital = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1);
