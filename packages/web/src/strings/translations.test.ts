import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cutOut as cutOutDe } from './de/cut-out.js';
import { strings as de } from './de/index.js';
import { OBJECTS as objectsDe } from './de/objects.js';
import { phrases as phrasesDe } from './de/phrases.js';
import { search as searchDe } from './de/search.js';
import { secondLook as secondLookDe } from './de/second-look.js';
import { settings as settingsDe } from './de/settings.js';
import { tryIt as tryItDe } from './de/try.js';
import { cutOut as cutOutEn } from './en/cut-out.js';
import { strings as en } from './en/index.js';
import { phrases as phrasesEn } from './en/phrases.js';
import { search as searchEn } from './en/search.js';
import { secondLook as secondLookEn } from './en/second-look.js';
import { settings as settingsEn } from './en/settings.js';
import { tryIt as tryItEn } from './en/try.js';
import { cutOut as cutOutEs } from './es/cut-out.js';
import { strings as es } from './es/index.js';
import { OBJECTS as objectsEs } from './es/objects.js';
import { phrases as phrasesEs } from './es/phrases.js';
import { search as searchEs } from './es/search.js';
import { secondLook as secondLookEs } from './es/second-look.js';
import { settings as settingsEs } from './es/settings.js';
import { tryIt as tryItEs } from './es/try.js';

const english = {
  ...en,
  settings: settingsEn,
  tryIt: tryItEn,
  secondLook: secondLookEn,
  phrases: phrasesEn,
  search: searchEn,
  cutOut: cutOutEn,
};
const translations = {
  de: {
    ...de,
    settings: settingsDe,
    tryIt: tryItDe,
    secondLook: secondLookDe,
    phrases: phrasesDe,
    search: searchDe,
    cutOut: cutOutDe,
  },
  es: {
    ...es,
    settings: settingsEs,
    tryIt: tryItEs,
    secondLook: secondLookEs,
    phrases: phrasesEs,
    search: searchEs,
    cutOut: cutOutEs,
  },
};
const languages = Object.entries(translations);

/** Given a code, they say other words. */
const OF_CODES = /^events\.group$/;

type Said = (...args: unknown[]) => unknown;
/** English in every language: what the server reads, and formats. */
const NOT_TRANSLATED = /^(sentence|locale$|compose\.help\.rows|home\.empty\.example$|search\.example$)/;

function leavesOf(node: unknown, path = ''): Map<string, unknown> {
  if (typeof node !== 'object' || node === null) return new Map([[path, node]]);
  const below = Object.entries(node).map(([key, value]) => leavesOf(value, path === '' ? key : `${path}.${key}`));
  return new Map(below.flatMap((leaves) => [...leaves]));
}

const leavesEn = leavesOf(english);

describe.each(languages)('%s', (_, words) => {
  const leaves = leavesOf(words);

  it('has the same texts and functions', () => {
    const shape = (all: Map<string, unknown>) => [...all].map(([path, said]) => `${path}: ${typeof said}`).sort();
    expect(shape(leaves)).toEqual(shape(leavesEn));
  });

  it('says everything that a function is given', () => {
    const untried: string[] = [];
    for (const [path, said] of leavesEn) {
      if (typeof said !== 'function' || NOT_TRANSLATED.test(path) || OF_CODES.test(path)) continue;
      const args = probeFor(said as Said);
      if (args === undefined) untried.push(path);
      else expect(placesIn(leaves.get(path) as Said, args), path).toEqual(placesIn(said as Said, args));
    }
    // They take objects or names of codes, and have tests of their own.
    expect(untried.length).toBeLessThan(15);
  });

  it('has no English left', () => {
    const left = [...leaves].filter(([path, said]) => {
      if (NOT_TRANSLATED.test(path)) return false;
      return textsOf(said).some((text) => /\b(the|and|of|with|your|this|are|not|is|for)\b/i.test(text));
    });
    expect(left.map(([path]) => path)).toEqual([]);
  });

  it('words what English words', () => {
    const same = [...leaves].filter(
      ([path, said]) =>
        typeof said === 'string' && !NOT_TRANSLATED.test(path) && said === leavesEn.get(path) && !SAME.test(said),
    );
    expect(same).toEqual([]);
  });
});

/** Words that are the same, names of formats and examples of addresses. */
const SAME =
  /^(|–|Lookout|Live|Auto|Name|Clip|Server|System|Details|Zoom|Rate|Pause|In Lookout|Video|Demo|Admin|Code|Debug|Info|Version|Node|no|Error|error|fatal|debug|info|Jitter|Webhooks|IPv4|IPv6|Diagnostics|ESP32-CAM|WebRTC|[A-Z]{2,6}|SHA-256|10 min|Home Assistant|192\.168\.1\.20)$/;

/** The texts that a leaf is made of, without what is quoted in English and the names of variables. */
function textsOf(said: unknown): string[] {
  const texts =
    typeof said === 'string'
      ? [said]
      : (String(said).match(/`(?:\\.|[^`\\])*`|'(?:\\.|[^'\\])*'|"(?:\\.|[^"\\])*"/g) ?? []);
  return texts.map((text) => text.replaceAll(/\$\{[^{}]*\}|“[^”]*”|„[^“]*“|«[^»]*»/g, ''));
}

/** Arguments that such a function takes: texts, counts, or lists, each with a mark to find. Undefined: none of them. */
function probeFor(said: Said): unknown[] | undefined {
  const numbers = Array.from({ length: said.length }, (_, index) => 7001 + index);
  const texts = numbers.map((number) => `#${number}`);
  const lists = texts.map((text) => [text]);
  const possible = [texts, [texts[0], ...numbers.slice(1)], [numbers[0], ...texts.slice(1)], numbers, lists];
  return possible.find((args) => {
    try {
      const result = said(...args);
      return typeof result === 'string' && !/NaN|undefined|Invalid|\[object/.test(result);
    } catch {
      return false;
    }
  });
}

/** Which of the marks are said. */
function placesIn(said: Said, args: unknown[]): number[] {
  const text = String(said(...args));
  return args.flatMap((arg, index) => (text.includes(String(arg)) ? index : []));
}

it.each([
  [de, '1 Person', '3 Personen', '1 forklift'],
  [es, '1 persona', '3 personas', '1 forklift'],
  [en, '1 person', '3 people', '1 forklift'],
])('counts objects, those without a translation too', (words, one, three, unknown) => {
  expect(words.objects('person', 1)).toBe(one);
  expect(words.objects('person', 3)).toBe(three);
  expect(words.objects('forklift', 1)).toBe(unknown);
});

it.each([
  [de, [0, 1, 2], ['0 Änderungen', '1 Änderung', '2 Änderungen']],
  [es, [0, 1, 2], ['0 cambios', '1 cambio', '2 cambios']],
  [en, [0, 1, 2], ['0 changes', '1 change', '2 changes']],
])('has plurals', (words, counts, expected) => {
  expect(counts.map(words.zones.changes)).toEqual(expected);
});

it('writes numbers and lists as the language does', () => {
  expect([en, de, es].map((words) => words.number(1.25, 1))).toEqual(['1.3', '1,3', '1,3']);
  expect([en, de, es].map((words) => words.compose.values.cameras(['A', 'B', 'C']))).toEqual([
    'A, B and C',
    'A, B und C',
    'A, B y C',
  ]);
});

it('words the parts of a rule', () => {
  const weekdays = [{ from: '09:00', to: '17:00', days: ['mon', 'tue', 'wed', 'thu', 'fri'] as const }];
  const windows = weekdays.map((window) => ({ ...window, days: [...window.days] }));
  expect(de.compose.values.objects(['cat', 'dog'])).toBe('Eine Katze oder ein Hund');
  expect(de.compose.values.objects(['person'], { op: '>=', value: 2 })).toBe('Mindestens 2 Personen');
  expect(de.compose.values.when(windows)).toBe('Mo bis Fr, 09:00 bis 17:00');
  expect(de.events.verdict.choices.wrong_object.title('person')).toBe('Keine Person');
  expect(es.compose.values.objects(['cat', 'dog'])).toBe('Un gato o un perro');
  expect(es.compose.values.objects(['person'], { op: '>=', value: 2 })).toBe('Al menos 2 personas');
  expect(es.compose.values.when(windows)).toBe('De lun a vie, de 09:00 a 17:00');
  expect(es.home.quiet('jueves')).toBe('No ha pasado nada desde el jueves');
  expect(es.home.quiet('01:10')).toBe('No ha pasado nada desde la 01:10');
});

it('knows the kinds of objects by both names', () => {
  expect(Object.keys(objectsDe)).toHaveLength(80);
  expect(Object.keys(objectsEs)).toEqual(Object.keys(objectsDe));
  for (const name of Object.keys(objectsDe)) {
    for (const words of [de, es, en])
      expect(words.objectNamed(words.object(name).toUpperCase()).toLowerCase()).toBe(name);
  }
  expect(de.objectNamed('dog')).toBe('dog');
});

describe('a language', () => {
  const own = /^\.\/|^\.\.\/shared\/|^pluralize$/;
  it.each(['en', 'de', 'es'])('%s shares no module with the pages, which are loaded after it', (language) => {
    const folder = join(import.meta.dirname, language);
    const shared = readdirSync(folder)
      .filter((name) => !name.includes('.test.'))
      .flatMap((name) => [
        ...readFileSync(join(folder, name), 'utf8').matchAll(
          /^(?:import|\}) (?!type).*?from '(.*)';|^\} from '(.*)';/gm,
        ),
      ])
      .filter(([statement]) => !statement.startsWith('import type'))
      .map(([, from]) => from)
      .filter((from) => from !== undefined && !own.test(from));
    expect(shared).toEqual([]);
  });
});
