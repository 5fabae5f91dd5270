import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** A meaning: the lemmas that share it, and the wider meanings above it. */
export interface Synset {
  readonly lemmas: readonly string[];
  readonly parents: readonly string[];
  /** An individual ("Rome", "Mars") rather than a kind. */
  readonly individual: boolean;
}

export interface WordNet {
  /** By offset in `data.noun`. */
  readonly synsets: ReadonlyMap<string, Synset>;
  /** Offsets of the senses of each noun, the most common first. */
  readonly senses: ReadonlyMap<string, readonly string[]>;
  /** How often `noun offset` was seen in the tagged corpora. */
  readonly counts: ReadonlyMap<string, number>;
  /** How often `n word`, `v word`, `a word` or `r word` was seen: noun, verb, adjective, adverb. */
  readonly partCounts: ReadonlyMap<string, number>;
  /** Adjectives. */
  readonly adjectives: ReadonlySet<string>;
  /** Every lemma of one word, of any part of speech. */
  readonly words: ReadonlySet<string>;
}

/** Reads the files of WordNet 3.1 in `dir`; see wndb(5WN) for their format. */
export function readWordNet(dir: string): WordNet {
  const lines = (name: string) =>
    readFileSync(join(dir, name), 'utf8')
      .split('\n')
      .filter((line) => line !== '' && !line.startsWith('  '));
  const words = new Set<string>();
  const adjectives = new Set(lines('index.adj').map((line) => line.slice(0, line.indexOf(' '))));
  for (const pos of ['noun', 'verb', 'adj', 'adv']) {
    for (const line of lines(`index.${pos}`)) words.add(line.slice(0, line.indexOf(' ')));
  }
  const synsets = new Map(lines('data.noun').map(readSynset));
  const senses = new Map<string, string[]>();
  for (const line of lines('index.noun')) {
    const fields = line.trim().split(' ');
    senses.set(fields[0] ?? '', fields.slice(fields.length - Number(fields[2])));
  }
  const counts = new Map<string, number>();
  const partCounts = new Map<string, number>();
  for (const line of lines('index.sense')) {
    const [key = '', offset = '', , count = '0'] = line.split(' ');
    const [lemma = '', rest = ''] = key.split('%');
    const part = `${'nvara'[Number(rest[0]) - 1] ?? ''} ${lemma}`;
    partCounts.set(part, (partCounts.get(part) ?? 0) + Number(count));
    if (rest.startsWith('1')) counts.set(`${lemma} ${offset}`, Number(count));
  }
  return { synsets, senses, counts, partCounts, adjectives, words };
}

function readSynset(line: string): [string, Synset] {
  const fields = line.slice(0, line.indexOf(' | ')).split(' ');
  const lemmaCount = Number.parseInt(fields[3] ?? '', 16);
  const lemmas = Array.from({ length: lemmaCount }, (_, i) => fields[4 + 2 * i] ?? '');
  const pointers = fields.slice(4 + 2 * lemmaCount + 1);
  const parents: string[] = [];
  let individual = false;
  for (let i = 0; i + 3 < pointers.length; i += 4) {
    const [symbol, target = '', pos] = pointers.slice(i, i + 3);
    if ((symbol !== '@' && symbol !== '@i') || pos !== 'n') continue;
    parents.push(target);
    individual ||= symbol === '@i';
  }
  return [fields[0] ?? '', { lemmas, parents, individual }];
}
