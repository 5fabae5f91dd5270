/** The API's limits. */
export const MAX_PROMPTS = 20;
export const MAX_PROMPT_CHARACTERS = 200;

/** Adds typed text, which may be several descriptions: commas separate them, as in links. */
export function withPrompts(prompts: readonly string[], typed: string): string[] {
  const all = [...prompts, ...typed.split(',').map((text) => text.trim().replace(/\s+/g, ' '))];
  return [...new Set(all.filter((text) => text !== ''))].slice(0, MAX_PROMPTS);
}
