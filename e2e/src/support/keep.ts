type Stop = () => unknown;

const stacks: Record<'test' | 'file', Stop[]> = { test: [], file: [] };

/**
 * Has something stopped when the test (or the whole file) is over, passed or failed, newest first.
 * @returns what it was given
 */
export function keep<T>(thing: T, stop: (thing: T) => unknown, scope: 'test' | 'file' = 'test'): T {
  stacks[scope].push(() => stop(thing));
  return thing;
}

/** Stops what is kept for the test or the file. @throws AggregateError of what could not be stopped, when all else is */
export async function stopKept(scope: 'test' | 'file'): Promise<void> {
  const failures: unknown[] = [];
  for (const stop of stacks[scope].splice(0).reverse()) {
    try {
      await stop();
    } catch (error) {
      failures.push(error);
    }
  }
  if (failures.length > 0) throw new AggregateError(failures, 'Not everything could be stopped');
}
