/** The API's limits. */
export const MAX_PROMPTS = 20;
export const MAX_PROMPT_CHARACTERS = 200;

/** With what somebody typed, which may be several descriptions: commas separate them in links, too. */
export function withPrompts(prompts: readonly string[], typed: string): string[] {
  const all = [...prompts, ...typed.split(',').map((text) => text.trim().replace(/\s+/g, ' '))];
  return [...new Set(all.filter((text) => text !== ''))].slice(0, MAX_PROMPTS);
}
