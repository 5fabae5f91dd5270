/**
 * A small sans-serif font for labels: each glyph consists of a few pen strokes on a grid, rendered with soft edges at any size.
 *
 * A glyph is a list of strokes separated by spaces; a stroke is a list of points of two base-36 digits, x then y. Capitals reach from y 0
 * to the baseline at 9, small letters begin at 3, descenders end at 12 (`c`). A stroke marked `~` is smoothed, one marked `@` is smoothed
 * and closed.
 */
const GLYPHS: Readonly<Record<string, string>> = {
  ' ': '',
  '!': '0006 0809',
  '"': '0002 2022',
  '#': '2019 5049 0363 0666',
  $: '~6261010465680807 3039',
  '%': '@00303404 7009 @45757949',
  '&': '~691110404306094965',
  "'": '0002',
  '(': '~20020729',
  ')': '~00222709',
  '*': '2126 0245 0542',
  '+': '2428 0646',
  ',': '~18190b',
  '-': '0535',
  '.': '0809',
  '/': '4009',
  '0': '@00505909',
  '1': '022029',
  '2': '~0200505409 0959',
  '3': '~0100505424 ~2454590908',
  '4': '49400656',
  '5': '500003 ~0353590908',
  '6': '~40010959540406',
  '7': '005029',
  '8': '@00505404 @04545909',
  '9': '~19585000055553',
  ':': '0304 0809',
  ';': '1314 ~18190b',
  '<': '430649',
  '=': '0444 0747',
  '>': '034609',
  '?': '~0200505325 2526 2829',
  '@': '@24545727 ~5457878380000969',
  A: '093069 1656',
  B: '0009 ~00505404 ~04646909',
  C: '~626000096967',
  D: '0009 ~00606909',
  E: '50000959 0444',
  F: '500009 0444',
  G: '~626000096965 6535',
  H: '0009 6069 0464',
  I: '1019 0020 0929',
  J: '~4045490907',
  K: '0009 6006 2469',
  L: '000959',
  M: '0900356069',
  N: '09006960',
  O: '@00606909',
  P: '0009 ~00606505',
  Q: '@00606909 4669',
  R: '0009 ~00606505 3569',
  S: '~6160000465690908',
  T: '0060 3039',
  U: '~000509696560',
  V: '003960',
  W: '0029426980',
  X: '0069 6009',
  Y: '003460 3439',
  Z: '00600969',
  '[': '20000929',
  '\\': '0049',
  ']': '00202909',
  '^': '032043',
  _: '0a5a',
  '`': '0011',
  a: '@03535909 5359',
  b: '0009 @03535909',
  c: '~545303095958',
  d: '@03535909 5059',
  e: '0656 ~565303095958',
  f: '~40101519 0333',
  g: '@03535909 ~53595c0c0b',
  h: '0009 ~0603535659',
  i: '0309 0001',
  j: '~232a2c0c 2021',
  k: '0009 4307 2549',
  l: '0009',
  m: '0309 ~0503434549 ~4543838589',
  n: '0309 ~0603535659',
  o: '@03535909',
  p: '030c @03535909',
  q: '@03535909 535c',
  r: '0309 ~060343',
  s: '~5453030656590908',
  t: '~10161949 0333',
  u: '5359 ~0306095956',
  v: '033963',
  w: '0329446983',
  x: '0359 5309',
  y: '0339 632b',
  z: '03530959',
  '{': '~30101405 ~05161939',
  '|': '000b',
  '}': '~00202435 ~35262909',
  '~': '~06144755',
};

/** Advance of the space, in grid units. */
const SPACE_WIDTH = 4;
const LETTER_GAP = 3;
const BOTTOM = 12;
/** Half of the pen's width, in grid units. */
const PEN = 0.65;
const SMOOTHING_ROUNDS = 2;

/** Maximum pixels per grid unit: up to here, the width of every glyph fits into a byte. */
export const MAX_UNIT = 16;

/** One rendered glyph. */
export interface Glyph {
  /** Distance to the next glyph, pixels. */
  width: number;
  /** Its non-empty pixels, each as `row << 16 | column << 8 | coverage`, coverage 1..255: two thirds of its rectangle are empty. */
  covered: Uint32Array;
}

/** The font at one size. Glyphs are rendered at first use and kept: at most the 95 of ASCII. */
export class StrokeFont {
  /** Height of every glyph, pixels. */
  readonly height: number;
  /** Rows from the top of a glyph to the middle of the capitals' baseline stroke. */
  readonly baseline: number;
  readonly #unit: number;
  readonly #margin: number;
  readonly #glyphs = new Map<string, Glyph>();

  /** @param unit pixels per grid unit; capitals are 9 units high. */
  constructor(unit: number) {
    if (!(unit >= 0.5 && unit <= MAX_UNIT)) {
      throw new RangeError(`Expected \`unit\` in [0.5, ${MAX_UNIT}], got ${unit}`);
    }
    this.#unit = unit;
    this.#margin = Math.ceil(PEN * unit);
    this.height = Math.ceil(BOTTOM * unit) + 2 * this.#margin + 1;
    this.baseline = this.#margin + Math.round(9 * unit);
  }

  /** The glyph of a character; `?` for characters outside ASCII 32..126. Glyphs are placed side by side without extra space. */
  glyph(character: string): Glyph {
    const known = Object.hasOwn(GLYPHS, character) ? character : '?';
    let glyph = this.#glyphs.get(known);
    if (glyph === undefined) {
      glyph = this.#render(GLYPHS[known]!);
      this.#glyphs.set(known, glyph);
    }
    return glyph;
  }

  #render(code: string): Glyph {
    const strokes = parseStrokes(code);
    const right = Math.max(...strokes.flat().map(([x]) => x));
    const advance = strokes.length === 0 ? SPACE_WIDTH : right + LETTER_GAP;
    const width = Math.round(advance * this.#unit);
    const half = Math.max(0.6, PEN * this.#unit);
    const squared = this.#squaredDistances(strokes, width, half + 0.5);
    const covered: number[] = [];
    for (let py = 0; py < this.height; py++) {
      for (let px = 0; px < width; px++) {
        const distance = Math.sqrt(squared[py * width + px]!) * this.#unit;
        const coverage = Math.floor(255 * Math.max(0, Math.min(1, half + 0.5 - distance)));
        if (coverage > 0) covered.push((py << 16) | (px << 8) | coverage);
      }
    }
    return { width, covered: Uint32Array.from(covered) };
  }

  /**
   * Squared distance of each pixel to the nearest stroke, in grid units. Each segment considers only pixels within `reach`, since the first
   * glyphs of a label are rendered while somebody waits for the picture.
   */
  #squaredDistances(strokes: readonly Point[][], width: number, reach: number): Float64Array {
    const unit = this.#unit;
    const margin = this.#margin;
    const nearest = new Float64Array(width * this.height).fill(Number.POSITIVE_INFINITY);
    for (const stroke of strokes) {
      for (let i = 1; i < stroke.length; i++) {
        const [ax, ay] = stroke[i - 1]!;
        const [bx, by] = stroke[i]!;
        const dx = bx - ax;
        const dy = by - ay;
        const squaredLength = dx * dx + dy * dy;
        // Grid points lie on pixel centres, so that vertical strokes are crisp.
        const left = Math.max(0, Math.ceil(Math.min(ax, bx) * unit + margin - reach));
        const right = Math.min(width - 1, Math.floor(Math.max(ax, bx) * unit + margin + reach));
        const top = Math.max(0, Math.ceil(Math.min(ay, by) * unit + margin - reach));
        const bottom = Math.min(this.height - 1, Math.floor(Math.max(ay, by) * unit + margin + reach));
        for (let py = top; py <= bottom; py++) {
          const fromY = (py - margin) / unit - ay;
          for (let px = left; px <= right; px++) {
            const fromX = (px - margin) / unit - ax;
            const along = Math.max(0, Math.min(1, (fromX * dx + fromY * dy) / squaredLength));
            const offX = fromX - along * dx;
            const offY = fromY - along * dy;
            const at = py * width + px;
            nearest[at] = Math.min(nearest[at]!, offX * offX + offY * offY);
          }
        }
      }
    }
    return nearest;
  }
}

type Point = readonly [x: number, y: number];

function parseStrokes(code: string): Point[][] {
  return code
    .split(' ')
    .filter((stroke) => stroke !== '')
    .map((stroke) => {
      const digits = stroke.replace(/^[~@]/, '');
      const points: Point[] = [];
      for (let i = 0; i < digits.length; i += 2) {
        points.push([Number.parseInt(digits[i]!, 36), Number.parseInt(digits[i + 1]!, 36)]);
      }
      if (stroke.startsWith('~')) return smooth(points, false);
      if (stroke.startsWith('@')) return smooth(points, true);
      return points;
    });
}

/** Chaikin's corner cutting: converges to the quadratic B-spline of the points; the ends of an open line stay in place. */
function smooth(points: Point[], closed: boolean): Point[] {
  let line = points;
  for (let round = 0; round < SMOOTHING_ROUNDS; round++) {
    const cut: Point[] = closed ? [] : [line[0]!];
    const segments = closed ? line.length : line.length - 1;
    for (let i = 0; i < segments; i++) {
      const [ax, ay] = line[i]!;
      const [bx, by] = line[(i + 1) % line.length]!;
      cut.push([ax * 0.75 + bx * 0.25, ay * 0.75 + by * 0.25], [ax * 0.25 + bx * 0.75, ay * 0.25 + by * 0.75]);
    }
    if (!closed) cut.push(line.at(-1)!);
    line = cut;
  }
  return closed ? [...line, line[0]!] : line;
}
