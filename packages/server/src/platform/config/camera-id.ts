import { basename } from 'node:path';

/** Letters that Unicode decomposition does not turn into ASCII: Latin ligatures, Greek (ELOT 743), Cyrillic (BGN/PCGN, simplified). */
const TRANSLITERATION: Readonly<Record<string, string>> = {
  ...{ ß: 'ss', æ: 'ae', œ: 'oe', ø: 'o', đ: 'd', ð: 'd', þ: 'th', ł: 'l', ı: 'i' },
  ...{
    α: 'a',
    β: 'v',
    γ: 'g',
    δ: 'd',
    ε: 'e',
    ζ: 'z',
    η: 'i',
    θ: 'th',
    ι: 'i',
    κ: 'k',
    λ: 'l',
    μ: 'm',
    ν: 'n',
    ξ: 'x',
  },
  ...{ ο: 'o', π: 'p', ρ: 'r', σ: 's', ς: 's', τ: 't', υ: 'y', φ: 'f', χ: 'ch', ψ: 'ps', ω: 'o' },
  ...{
    а: 'a',
    б: 'b',
    в: 'v',
    г: 'g',
    д: 'd',
    е: 'e',
    ж: 'zh',
    з: 'z',
    и: 'i',
    к: 'k',
    л: 'l',
    м: 'm',
    н: 'n',
    о: 'o',
  },
  ...{ п: 'p', р: 'r', с: 's', т: 't', у: 'u', ф: 'f', х: 'kh', ц: 'ts', ч: 'ch', ш: 'sh', щ: 'shch', ъ: '', ы: 'y' },
  ...{ ь: '', э: 'e', ю: 'yu', я: 'ya', є: 'ye', і: 'i', ґ: 'g', ј: 'j', љ: 'lj', њ: 'nj', ћ: 'c', џ: 'dz' },
};

const MAX_ID_LENGTH = 64;

/**
 * A camera id made from a name: `'Garten Süd #2'` → `'garten-sud-2'`, `'Двор'` → `'dvor'`. Always a valid `CameraId`; a name
 * without a letter or digit we can write in ASCII becomes `'camera'`.
 */
export function slugify(name: string): string {
  const ascii = name
    .toLowerCase()
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .replace(/[^\0-\x7f]/gu, (letter) => TRANSLITERATION[letter] ?? '-');
  const slug = trimDashes(ascii.replace(/[^a-z0-9]+/g, '-')).slice(0, MAX_ID_LENGTH);
  return trimDashes(slug) || 'camera';
}

/** `base` itself, or `base-2`, `base-3` …: the first that `isTaken` does not know. */
export function uniqueCameraId(base: string, isTaken: (id: string) => boolean): string {
  if (!isTaken(base)) return base;
  for (let n = 2; ; n++) {
    const suffix = `-${n}`;
    const id = trimDashes(base.slice(0, MAX_ID_LENGTH - suffix.length)) + suffix;
    if (!isTaken(id)) return id;
  }
}

/**
 * A name for a camera whose owner gave none: `'rtsp://u:p@10.0.0.5/h264'` → `'10.0.0.5'`, `'/dev/video0'` → `'video0'`,
 * `'demo:street'` → `'street'`, `'file:///clips/yard.mp4'` → `'yard'`. Never holds credentials.
 */
export function nameFromUrl(url: string): string {
  const demo = /^demo:(.+)$/i.exec(url);
  if (demo) return demo[1]!;
  if (!url.includes('://')) return fileStem(url);
  if (!URL.canParse(url)) return 'camera';
  const { protocol, hostname, pathname } = new URL(url);
  if (protocol === 'file:') return fileStem(safeDecode(pathname));
  return hostname || 'camera';
}

function fileStem(path: string): string {
  const name = basename(path);
  return name.replace(/(?<=.)\.[^.]*$/, '').slice(0, 100) || 'camera';
}

function safeDecode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

function trimDashes(text: string): string {
  return text.replace(/^-+|-+$/g, '');
}
