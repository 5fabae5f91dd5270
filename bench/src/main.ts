import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';

/** What the `index.ts` of each bench exports. Rejects when the result is wrong, so that a bench is also a check. */
interface Bench {
  run(args: string[]): Promise<void>;
}

const here = import.meta.dirname;

/** Each folder beside this file with an `index` is a bench. */
function benchNames(): string[] {
  return readdirSync(here, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(here, entry.name, 'index.js')))
    .map((entry) => entry.name)
    .sort();
}

const [name, ...args] = process.argv.slice(2);
const names = benchNames();
if (name === undefined || !names.includes(name)) {
  const asked = name === undefined || name === '--help' || name === '-h';
  if (!asked) process.stderr.write(`There is no bench "${name}".\n`);
  process.stderr.write(
    `npm run bench -- NAME [options]\n\nNAME is one of:\n${names.map((one) => `  ${one}\n`).join('')}`,
  );
  process.exitCode = asked ? 0 : 1;
} else {
  const bench = (await import(pathToFileURL(join(here, name, 'index.js')).href)) as Bench;
  await bench.run(args);
}
