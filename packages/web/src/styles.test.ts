import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'styles.css'), 'utf8');

/** Name, colour by day, colour by night. */
const colours = [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)];

/** The colours of each theme as the stylesheet gives them. */
const themes = {
  light: Object.fromEntries(colours.map(([, name, light]) => [name, light])),
  dark: Object.fromEntries(colours.map(([, name, , dark]) => [name, dark])),
};

/** WCAG 2.2 relative luminance of sRGB 0..255, 0..1. */
function relativeLuminance([r, g, b]: readonly [number, number, number]): number {
  const linear = (value: number) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function contrast(a: string, b: string): number {
  const [dark, bright] = [a, b]
    .map((hex) => hex.match(/[0-9a-f]{2}/g)!.map((part) => Number.parseInt(part, 16)) as [number, number, number])
    .map(relativeLuminance)
    .sort((x, y) => x - y) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
}

describe.each(Object.entries(themes))('%s', (_name, colours) => {
  const grounds = ['ground', 'surface', 'sunken'];
  it.each(
    ['text', 'muted', 'accent', 'good', 'warn', 'bad'].flatMap((text) =>
      grounds.map((ground) => [text, ground] as const),
    ),
  )('%s can be read on %s (WCAG AA)', (text, ground) => {
    expect(contrast(colours[text]!, colours[ground]!)).toBeGreaterThanOrEqual(4.5);
  });

  it('can be read on coloured grounds', () => {
    expect(contrast(colours['on-accent']!, colours.accent!)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colours.text!, colours['accent-soft']!)).toBeGreaterThanOrEqual(4.5);
    expect(contrast(colours.muted!, colours['bad-soft']!)).toBeGreaterThanOrEqual(4.5);
  });

  it('shows where controls end', () => {
    expect(contrast(colours['line-strong']!, colours.surface!)).toBeGreaterThanOrEqual(3);
  });
});

it('gives every colour of the theme both values', () => {
  const used = [...css.matchAll(/--color-[\w-]+: var\(--([\w-]+)\);/g)].map(([, name]) => name);
  expect(used.length).toBeGreaterThan(10);
  expect(Object.keys(themes.light)).toEqual(expect.arrayContaining(used));
});

/** The text of all files under a folder whose names end so. */
function textOf(folder: string, ending: string): string {
  const names = readdirSync(folder, { recursive: true, encoding: 'utf8' });
  const texts = names.filter((name) => name.endsWith(ending)).map((name) => readFileSync(join(folder, name), 'utf8'));
  return texts.join('\n');
}

/** Names of classes in a piece of JSX: its literals, without the expressions in them. */
function namesIn(expression: string): string[] {
  const literals = expression.replaceAll(/=== '[^']*'/g, '').match(/"[^"]*"|'[^']*'|`[^`]*`/g) ?? [];
  return literals.flatMap((literal) =>
    literal
      .slice(1, -1)
      .replace(/\$\{[^}]*\}/g, ' ')
      .split(/\s+/)
      .filter(Boolean),
  );
}

it('has a rule, once built, for every class that a component names', () => {
  const built = textOf(join(import.meta.dirname, '../dist/assets'), '.css');
  const ruled = new Set([...built.matchAll(/\.((?:\\.|[\w-])+)/g)].map(([, name]) => name!.replaceAll(/\\(.)/g, '$1')));
  const tsx = textOf(import.meta.dirname, '.tsx');
  const attributes = tsx.matchAll(/className=(?:("[^"]*")|\{(`[^`]*`)\}|\{classes\(([^()]*)\)\})/g);
  const used = new Set([...attributes].flatMap((match) => namesIn(match[1] ?? match[2] ?? match[3]!)));
  expect(used.size).toBeGreaterThan(200);
  expect([...used].filter((name) => !ruled.has(name))).toEqual([]);
});
