const IRREGULAR_PLURALS: Readonly<Record<string, string>> = {
  person: 'people',
  mouse: 'mice',
  knife: 'knives',
  sheep: 'sheep',
  skis: 'skis',
  scissors: 'scissors',
  broccoli: 'broccoli',
  man: 'men',
  woman: 'women',
  child: 'children',
};

/** @example withArticle('airplane') // 'an airplane' */
export function withArticle(noun: string): string {
  if (pluralOf(noun) === noun && noun.endsWith('s')) return noun;
  const soundsLikeVowel = /^[aeiou]/i.test(noun) && !/^(?:uni|use|eu|one)/i.test(noun);
  return `${soundsLikeVowel ? 'an' : 'a'} ${noun}`;
}

/** @example pluralOf('bus') // 'buses' */
export function pluralOf(noun: string): string {
  const irregular = IRREGULAR_PLURALS[noun];
  if (irregular !== undefined) return irregular;
  if (/(?:s|x|z|ch|sh)$/.test(noun)) return `${noun}es`;
  if (/[^aeiou]y$/.test(noun)) return `${noun.slice(0, -1)}ies`;
  return `${noun}s`;
}

/** @example countOf(2, 'person') // '2 people'; countOf(1, 'person') // 'a person' */
export function countOf(count: number, noun: string): string {
  return count === 1 ? withArticle(noun) : `${count} ${pluralOf(noun)}`;
}

/** @example listOf(['a', 'b', 'c'], 'or') // 'a, b or c' */
export function listOf(words: readonly string[], conjunction: 'and' | 'or'): string {
  if (words.length < 2) return words.join('');
  return `${words.slice(0, -1).join(', ')} ${conjunction} ${words[words.length - 1]}`;
}

/** @example durationOf(3725) // '1 h 2 min' */
export function durationOf(seconds: number): string {
  const whole = Math.round(seconds);
  if (whole < 60) return `${whole} s`;
  const minutes = Math.floor(whole / 60);
  if (minutes < 60) return whole % 60 === 0 ? `${minutes} min` : `${minutes} min ${whole % 60} s`;
  return minutes % 60 === 0 ? `${minutes / 60} h` : `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}

export function capitalized(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
