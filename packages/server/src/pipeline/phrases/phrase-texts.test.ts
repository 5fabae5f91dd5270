import type { TaskModelInfo } from '@lookout/vision';
import { describe, expect, it } from 'vitest';
import { PhraseTexts, TEMPLATES_VERSION } from './phrase-texts.js';

const MODEL: TaskModelInfo = { name: 'tiny', task: 'embed', family: 'clip', graphs: {}, sha256: 'one', bytes: 1 };

function setup() {
  const kept = new Map<string, Uint8Array>();
  const embedded: string[] = [];
  let model = MODEL;
  const options = {
    models: {
      require: () => model,
      async embedTexts(texts: readonly string[]) {
        embedded.push(...texts);
        return texts.map(() => Float32Array.of(3, 4));
      },
    },
    store: {
      async captions(sha256: string, version: number, texts: readonly string[]) {
        const found = texts.map((text) => [text, kept.get(`${sha256} ${version} ${text}`)] as const);
        return new Map(found.flatMap(([text, vector]) => (vector ? [[text, vector] as const] : [])));
      },
      async saveCaptions(sha256: string, version: number, vectors: ReadonlyMap<string, Uint8Array>) {
        for (const [text, vector] of vectors) kept.set(`${sha256} ${version} ${text}`, vector);
      },
    },
  };
  const use = (sha256: string) => {
    model = { ...MODEL, sha256 };
  };
  return { texts: new PhraseTexts(options), again: () => new PhraseTexts(options), embedded, kept, use };
}

describe('PhraseTexts', () => {
  it('returns a unit vector, the mean over photo captions', async () => {
    const { texts, embedded } = setup();
    const [vector] = await texts.captions(['a red car']);
    expect([...vector!].map((value) => value.toFixed(3))).toEqual(['0.600', '0.800']);
    expect(embedded).toContain('a photo of a red car');
    expect(embedded).toHaveLength(5);
  });

  it('embeds a text once, however it is written, and keeps it across restarts', async () => {
    const { texts, again, embedded, kept } = setup();
    await Promise.all([texts.captions(['A  red Car', 'red car']), texts.captions(['the red car', 'caf\u0065\u0301'])]);
    await texts.captions(['caf\u00e9']);
    await again().captions(['red car']);
    expect(embedded).toHaveLength(2 * 5);
    expect([...kept.keys()]).toEqual([`one ${TEMPLATES_VERSION} red car`, `one ${TEMPLATES_VERSION} café`]);
  });

  it('embeds texts again for another model', async () => {
    const { texts, embedded, use } = setup();
    await texts.captions(['smoke']);
    use('two');
    await texts.captions(['smoke']);
    expect(embedded).toHaveLength(2 * 5);
  });

  it('keeps a bounded number in memory', async () => {
    const { texts, embedded, kept } = setup();
    const many = Array.from({ length: 1001 }, (_, i) => `thing ${i}`);
    await texts.captions(many);
    kept.clear();
    await texts.captions([many[1000]!]);
    expect(embedded).toHaveLength(1001 * 5);
    await texts.captions([many[0]!]);
    expect(embedded).toHaveLength(1002 * 5);
  });

  it('accepts any script, and refuses texts that are empty or too long', async () => {
    const { texts, embedded } = setup();
    await texts.captions(['🚒', 'красная машина', '$&']);
    expect(embedded).toContain('a photo of a $&');
    expect(() => texts.captions(['  \n'])).toThrow('A description is empty');
    expect(() => texts.captions(['x'.repeat(10_000)])).toThrow('longer than 200 characters');
  });
});
