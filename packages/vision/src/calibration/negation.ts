const NEGATIONS = new Set(['no', 'not', 'without', 'never', 'nor', 'neither', 'none', 'lacking', 'missing', 'cannot']);

/**
 * The word that negates a description: “without”, “not”, “isn't”. A text encoder puts “a person without a helmet” next to people with one,
 * so such descriptions are never embedded.
 */
export function negationIn(phrase: string): string | undefined {
  return phrase
    .toLowerCase()
    .match(/[\p{L}'’]+/gu)
    ?.find((word) => NEGATIONS.has(word) || /n['’]t$/.test(word));
}
