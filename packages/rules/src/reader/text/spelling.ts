/** Shorter words have too many neighbours to guess which was meant. */
const MIN_LENGTH = 4;
/** From this length two errors are allowed. */
const TWO_ERRORS_LENGTH = 7;

/**
 * The one word of a vocabulary that a misspelt word can be, undefined if another is as near (its own inflections aside). Insertions, deletions, substitutions and
 * swapped neighbours count as one error each; the first letter is rarely wrong, so it must be right or swapped with the second. Of words that
 * are as near, those that are `preferred` are meant, then those that differ only in doubled letters.
 */
export function nearestWord(
  word: string,
  vocabulary: ReadonlySet<string>,
  preferred: ReadonlySet<string> = new Set(),
): string | undefined {
  if (!/^\p{L}+$/u.test(word)) return undefined;
  if (word.length < MIN_LENGTH) return swapped(word, vocabulary);
  const allowed = word.length >= TWO_ERRORS_LENGTH ? 2 : 1;
  let best = allowed + 1;
  let found: string[] = [];
  for (const candidate of vocabulary) {
    if (Math.abs(candidate.length - word.length) > Math.min(allowed, best) || candidate.length < MIN_LENGTH - 1)
      continue;
    if (candidate[0] !== word[0] && !(candidate[0] === word[1] && candidate[1] === word[0])) continue;
    const distance = editDistance(word, candidate);
    if (distance < best) [best, found] = [distance, [candidate]];
    else if (distance === best && best <= allowed) found.push(candidate);
  }
  const names = found.filter((candidate) => preferred.has(candidate));
  if (names.length > 0) found = names;
  const doubled = found.filter((candidate) => undoubled(candidate) === undoubled(word));
  if (doubled.length > 0) found = doubled;
  const shortest = found.reduce((a, b) => (b.length < a.length ? b : a), found[0] ?? '');
  const sameWord = found.every(
    (form) => form.startsWith(shortest) && /^(?:s|es|ed|d|ing)?$/.test(form.slice(shortest.length)),
  );
  return found.length > 0 && sameWord ? shortest : undefined;
}

function undoubled(word: string): string {
  return word.replace(/(\p{L})\1/gu, '$1');
}

/** "teh": a short word with two letters swapped. */
function swapped(word: string, vocabulary: ReadonlySet<string>): string | undefined {
  if (word.length < 3) return undefined;
  const found = [1, 2].map((i) => word.slice(0, i - 1) + word[i] + word[i - 1] + word.slice(i + 1));
  const known = found.filter((candidate) => vocabulary.has(candidate));
  return known.length === 1 ? known[0] : undefined;
}

/** Optimal string alignment distance. */
export function editDistance(a: string, b: string): number {
  let beforePrevious: number[] = [];
  let previous = Array.from({ length: b.length + 1 }, (_, i) => i);
  for (let i = 1; i <= a.length; i++) {
    const row = [i];
    for (let j = 1; j <= b.length; j++) {
      const substitution = (previous[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      let distance = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, substitution);
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        distance = Math.min(distance, (beforePrevious[j - 2] ?? 0) + 1);
      }
      row.push(distance);
    }
    [beforePrevious, previous] = [previous, row];
  }
  return previous[b.length] ?? 0;
}
