import fc, { type Arbitrary } from 'fast-check';

export const NASTY_TEXTS = [
  '',
  ' ',
  '0.5',
  '-1',
  'null',
  'NaN',
  '1e999',
  'a\u0000b',
  '\r\nX-Injected: 1',
  '\udfff\ud800',
  '\u202etxet',
  'Ünïcödé 漢字 🎥👩‍👩‍👧',
  '../../../../etc/passwd',
  '<script>alert(1)</script>',
  "' OR 1=1 --",
  '%s%n%x',
  '__proto__',
  'constructor',
  'hasOwnProperty',
  'data:image/jpeg;base64,',
  'file:///etc/passwd',
  'x'.repeat(257),
  'x'.repeat(20_000),
];

/** Placeholders for numbers that JSON can't express; `toJsonText` writes them literally. */
const BARE = ['@@NaN@@', '@@1e999@@', '@@-0@@'];

const nested = (depth: number, inList: boolean): unknown => {
  let value: unknown = 1;
  for (let level = 0; level < depth; level++) value = inList ? [value] : { a: value };
  return value;
};

/** Values that no schema allows. */
export const nastyValue: Arbitrary<unknown> = fc.oneof(
  fc.constantFrom<unknown[]>(null, true, [], {}, 0, -1, 1.0001, 2 ** 31, 2 ** 53 + 2, 1e308, 1e-320, ...BARE),
  fc.constantFrom(...NASTY_TEXTS),
  fc.string({ unit: 'binary' }),
  fc.double(),
  fc.constantFrom(
    nested(200, true),
    nested(1500, false),
    Array.from({ length: 5000 }, (_, index) => index),
  ),
);

const ODD_KEYS = ['__proto__', 'constructor', 'toString', 'length', '', 'colour', '\u0000', 'a.b'];

/** A value with one part replaced, removed or added. */
export function withMistake(value: Arbitrary<unknown>): Arbitrary<unknown> {
  return fc
    .tuple(value, fc.nat(), fc.constantFrom('replace', 'remove', 'add'), fc.constantFrom(...ODD_KEYS), nastyValue)
    .map(([given, at, kind, oddKey, bad]) => {
      const copy: unknown = JSON.parse(JSON.stringify(given));
      const places = placesOf(copy);
      const [holder, key] = places[at % Math.max(1, places.length)] ?? [];
      if (!holder || key === undefined) return bad;
      if (kind === 'remove') Reflect.deleteProperty(holder, key);
      else set(holder, kind === 'add' ? oddKey : key, bad);
      return copy;
    });
}

function placesOf(value: unknown): Array<[holder: object, key: string]> {
  if (typeof value !== 'object' || value === null) return [];
  return Object.entries(value).flatMap(([key, each]) => [[value, key] as [object, string], ...placesOf(each)]);
}

/** Sets an own key, including `__proto__`. */
function set(holder: object, key: string, value: unknown): void {
  if (Array.isArray(holder)) holder[Number(key) || 0] = value;
  else Object.defineProperty(holder, key, { value, enumerable: true, configurable: true, writable: true });
}

/** JSON with the numbers that `BARE` stands for, which JSON does not allow. */
export function toJsonText(value: unknown): string {
  return (JSON.stringify(value) ?? 'undefined').replace(/"@@(-?\w+)@@"/g, '$1');
}
