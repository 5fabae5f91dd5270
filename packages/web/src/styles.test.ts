import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { FAMILY_COLOURS } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';

const css = readFileSync(join(import.meta.dirname, 'styles.css'), 'utf8');

/** Name, colour by day, colour by night. */
const colours = [...css.matchAll(/--([\w-]+): light-dark\((#[0-9a-f]{6}), (#[0-9a-f]{6})\);/g)];
/** Colours on pictures, which are the same by day and by night. */
const fixed = Object.fromEntries(
  [...css.matchAll(/--([\w-]+): (#[0-9a-f]{6});/g)].map(([, name, value]) => [name, value]),
);

/** The colours of each theme as the stylesheet gives them. */
const themes = {
  light: Object.fromEntries(colours.map(([, name, light]) => [name, light])),
  dark: Object.fromEntries(colours.map(([, name, , dark]) => [name, dark])),
};

type Rgb = [r: number, g: number, b: number];

const rgbOf = (hex: string) => hex.match(/[0-9a-f]{2}/g)!.map((part) => Number.parseInt(part, 16)) as Rgb;

/** WCAG 2.2 relative luminance of sRGB 0..255, 0..1. */
function relativeLuminance([r, g, b]: Rgb): number {
  const linear = (value: number) => {
    const c = value / 255;
    return c <= 0.04045 ? c / 12.92 : ((c + 0.055) / 1.055) ** 2.4;
  };
  return 0.2126 * linear(r) + 0.7152 * linear(g) + 0.0722 * linear(b);
}

function contrastOf(a: Rgb, b: Rgb): number {
  const [dark, bright] = [a, b].map(relativeLuminance).sort((x, y) => x - y) as [number, number];
  return (bright + 0.05) / (dark + 0.05);
}

const contrast = (a: string, b: string) => contrastOf(rgbOf(a), rgbOf(b));

const GROUNDS = ['ground', 'surface', 'raised', 'sunken'];
const SOFT = ['good', 'warn', 'bad', 'who', 'does', 'where', 'long', 'when', 'loud'];
const TEXT_PAIRS = [
  ...['text', 'muted', 'accent-text', 'good', 'warn', 'bad'].flatMap((text) => GROUNDS.map((ground) => [text, ground])),
  ['text', 'lifted'],
  ['ground', 'text'],
  ['on-accent', 'accent'],
  ['on-accent', 'accent-hover'],
  ['on-bad', 'bad'],
  ['accent-text', 'accent-soft'],
  ['text', 'accent-soft'],
  ['muted', 'bad-soft'],
  ...SOFT.map((name) => [name, `${name}-soft`]),
] as Array<[string, string]>;
const MARKS = ['line-strong', 'accent', 'strip-person', 'strip-vehicle', 'strip-animal'];

describe.each(Object.entries(themes))('%s', (_name, colours) => {
  it.each(TEXT_PAIRS)('%s can be read on %s (WCAG AA)', (text, ground) => {
    expect(contrast(colours[text]!, colours[ground]!)).toBeGreaterThanOrEqual(4.5);
  });

  it.each(MARKS)('%s can be seen on a page and a card', (mark) => {
    for (const ground of ['ground', 'surface']) {
      expect(contrast(colours[mark]!, colours[ground]!), ground).toBeGreaterThanOrEqual(3);
    }
  });
});

it('has words that can be read on glass over a white picture', () => {
  const [, r, g, b, alpha] = /--glass: rgb\((\d+) (\d+) (\d+) \/ ([\d.]+)\)/.exec(css)!.map(Number) as [
    0,
    ...Rgb,
    number,
  ];
  const glass = [r, g, b].map((part) => part * alpha + 255 * (1 - alpha)) as Rgb;
  for (const name of ['on-glass', 'on-glass-muted']) {
    expect(contrastOf(rgbOf(fixed[name]!), glass)).toBeGreaterThanOrEqual(4.5);
  }
});

it('shows families of objects in the colours of the overlay', () => {
  for (const [family, rgb] of Object.entries(FAMILY_COLOURS)) {
    expect(fixed[`fam-${family}`]).toBe(`#${rgb.toString(16)}`);
  }
});

it('gives every colour of the theme a value, or one for each theme', () => {
  const used = [...css.matchAll(/--color-[\w-]+: var\(--([\w-]+)\);/g)].map(([, name]) => name);
  expect(used.length).toBeGreaterThan(10);
  expect([...Object.keys(themes.light), ...Object.keys(fixed), 'glass']).toEqual(expect.arrayContaining(used));
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
