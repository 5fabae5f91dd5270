/** Matches class names; `*` matches any. */
export function matcherOf(classes: readonly string[]): (className: string) => boolean {
  if (classes.includes('*')) return () => true;
  const set = new Set(classes);
  return (className) => set.has(className);
}
