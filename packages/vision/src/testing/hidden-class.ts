import { setFlagsFromString } from 'node:v8';
import { runInThisContext } from 'node:vm';

/**
 * Whether V8 gives two objects the same hidden class. If objects made for each frame don't share one, each gets its own, in
 * memory that only a full garbage collection frees.
 */
export function shareHiddenClass(a: object, b: object): boolean {
  setFlagsFromString('--allow-natives-syntax');
  const compare = runInThisContext('(a, b) => %HaveSameMap(a, b)') as (a: object, b: object) => boolean;
  return compare(a, b);
}
