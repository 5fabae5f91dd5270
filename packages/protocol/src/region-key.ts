/**
 * The form in which names of zones and lines are compared: two names with the same key are the same name.
 * @example regionKey(' Back  Door') // 'back door'
 */
export function regionKey(name: string): string {
  return name.normalize('NFC').trim().replace(/\s+/g, ' ').toLowerCase();
}
