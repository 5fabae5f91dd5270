import { resolve } from 'node:path';
import type { Rolldown } from 'vite';

const source = (path: string) => resolve(import.meta.dirname, '../src', path);
const MAIN = source('main.ts');
const WORDS = ['en', 'de', 'es'].map((language) => source(`strings/${language}/index.ts`));
const FIRST_PAGE = [source('start.tsx'), source('home/home-page.tsx')];

/**
 * Puts what the first visit loads of our own into two files: what the home page is made of, and what all languages have in common. A file for
 * each part that pages share, as the bundler makes them, costs a slow link more in requests than in bytes.
 * @returns a function that names the file of a module, and leaves others to the bundler
 */
export function firstVisit(): Rolldown.CodeSplittingNameFunction {
  let groups: Map<string, string> | undefined;
  return (id, graph) => {
    groups ??= groupModules(graph);
    return groups.get(id);
  };
}

function groupModules(graph: Rolldown.ChunkingContext): Map<string, string> {
  // Runs before the words are there, which everything else takes as it is loaded.
  const before = reachable([MAIN], graph);
  const words = reachable(WORDS, graph);
  const groups = new Map<string, string>();
  for (const id of reachable(FIRST_PAGE, graph)) {
    if (id.includes('/web/src/') && !FIRST_PAGE.includes(id) && !before.has(id) && !words.has(id))
      groups.set(id, 'first');
  }
  for (const id of words) if (!before.has(id) && !/\/strings\/(en|de|es)\//.test(id)) groups.set(id, 'words');
  return groups;
}

/** These modules and all that they import before they run. */
function reachable(ids: readonly string[], graph: Rolldown.ChunkingContext): Set<string> {
  const found = new Set<string>();
  const add = (id: string) => {
    if (found.has(id)) return;
    found.add(id);
    graph.getModuleInfo(id)?.importedIds.forEach(add);
  };
  ids.forEach(add);
  return found;
}
