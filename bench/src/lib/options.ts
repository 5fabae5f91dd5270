import { parseArgs } from 'node:util';

/** Command-line flags of a bench as numbers: `--seconds 20`. Refuses unknown flags with the list of known ones. */
export function numberOptions<T extends Record<string, number>>(args: string[], defaults: T): T {
  const options = Object.fromEntries(Object.keys(defaults).map((name) => [name, { type: 'string' as const }]));
  const { values } = parseArgs({ args, options, strict: true });
  const result: Record<string, number> = { ...defaults };
  for (const [name, text] of Object.entries(values)) {
    const value = Number(text);
    if (!Number.isFinite(value)) throw new TypeError(`Expected a number for --${name}, got ${String(text)}`);
    result[name] = value;
  }
  return result as T;
}

export interface Bar {
  name: string;
  value: number;
  unit?: string;
  /** The bars; a figure without any is only reported. */
  atLeast?: number;
  atMost?: number;
}

/** Prints figures with their bars, one per line. @returns whether all bars are met. */
export function report(title: string, bars: readonly Bar[]): boolean {
  console.log(`\n${title}`);
  let all = true;
  for (const { name, value, unit = '', atLeast, atMost } of bars) {
    const holds = (atLeast === undefined || value >= atLeast) && (atMost === undefined || value <= atMost);
    all &&= holds;
    const bar = atLeast !== undefined ? `≥ ${atLeast}` : atMost !== undefined ? `≤ ${atMost}` : '';
    const verdict = bar === '' ? '' : holds ? 'holds' : 'MISSED';
    console.log(
      `  ${name.padEnd(52)} ${String(Math.round(value * 1000) / 1000).padStart(10)} ${unit.padEnd(6)} ${bar.padEnd(10)} ${verdict}`,
    );
  }
  return all;
}
