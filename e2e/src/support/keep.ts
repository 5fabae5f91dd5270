type Stop = () => unknown;

/** What something is kept for. */
export type Scope = 'test' | 'file';

const stacks: Record<Scope, Stop[]> = { test: [], file: [] };

/**
 * Stops something at the end of the test (or of the whole file), passed or failed, newest first.
 * @returns its argument
 */
export function keep<T>(thing: T, stop: (thing: T) => unknown, scope: Scope = 'test'): T {
  stacks[scope].push(() => stop(thing));
  return thing;
}

/** Stops everything kept for the test or the file. @throws AggregateError of what could not be stopped, after stopping the rest */
export async function stopKept(scope: Scope): Promise<void> {
  const failures: unknown[] = [];
  for (const stop of stacks[scope].splice(0).reverse()) {
    try {
      await stop();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Some resources could not be stopped');
}
