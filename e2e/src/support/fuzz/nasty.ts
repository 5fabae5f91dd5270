import type { Random } from './random.js';

/** Stands for what JSON has no word for; `toJsonText` writes it as it is. */
const BARE = { nan: '@@NaN@@', infinity: '@@Infinity@@', huge: '@@1e999@@', minusZero: '@@-0@@' } as const;

const TEXTS = [
  '',
  ' ',
  '0',
  '-1',
  'null',
  'true',
  'NaN',
  '1e999',
  '\u0000',
  'a\u0000b',
  '\r\nX-Injected: 1',
  '\ud800',
  '\udfff\ud800',
  '\u202etxet',
  'Ünïcödé 漢字 🎥👩‍👩‍👧',
  '\ufeff',
  '../../../../etc/passwd',
  '..%2f..%2f',
  '<script>alert(1)</script>',
  "' OR 1=1 --",
  '{{7*7}}',
  '%s%n%x',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'toString',
  'data:image/jpeg;base64,',
  'data:',
  'file:///etc/passwd',
  'AAAA====',
];

const NUMBERS = [0, 1, -1, -0.1, 0.5, 1.0001, 1e-320, 255, 65_536, 2 ** 31, 2 ** 53 + 2, -(2 ** 63), 1e308];

/** Keys that mean something to JavaScript, and some that mean nothing. */
export const ODD_KEYS = ['__proto__', 'constructor', 'prototype', 'toString', 'length', '', 'colour', '\u0000', 'a.b'];

export function nastyText(random: Random): string {
  if (random.chance(0.15)) return 'x'.repeat(random.pick([65, 257, 3000, 20_000]));
  return random.pick(TEXTS);
}

/** Any value that nobody expects. */
export function nastyValue(random: Random): unknown {
  return random.make<unknown>([
    () => null,
    () => random.chance(0.5),
    () => random.pick(NUMBERS),
    () => random.pick(Object.values(BARE)),
    () => nastyText(random),
    () => nastyText(random),
    () => [],
    () => ({}),
    () => nested(random.pick([3, 200, 1500]), random.chance(0.5)),
    () => Array.from({ length: random.pick([1, 1001, 5000]) }, (_, index) => index),
    () => Object.fromEntries(ODD_KEYS.slice(1).map((key) => [key, key])),
    () => withKey({}, '__proto__', { admin: true }),
  ]);
}

/** The object with one more own key, `__proto__` too. */
export function withKey(object: object, key: string, value: unknown): object {
  return Object.defineProperty({ ...object }, key, { value, enumerable: true, configurable: true, writable: true });
}

/** JSON, with numbers that JSON does not have, where they were put in. */
export function toJsonText(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').replace(/"@@(-?\w+)@@"/g, '$1');
}

function nested(depth: number, list: boolean): unknown {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = list ? [value] : { a: value };
  return value;
}
