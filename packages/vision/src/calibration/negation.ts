const NEGATIONS = new Set(['no', 'not', 'without', 'never', 'nor', 'neither', 'none', 'lacking', 'missing', 'cannot']);

/**
 * The word by which a description says what is not there: “without”, “not”, “isn't”. A text encoder puts “a person without a helmet” next
 * to persons with one, so that such a description is never embedded.
 */
export function negationIn(phrase: string): string | undefined {
  return phrase
    .toLowerCase()
    .match(/[\p{L}'’]+/gu)
    ?.find((word) => NEGATIONS.has(word) || /n['’]t$/.test(word));
}
