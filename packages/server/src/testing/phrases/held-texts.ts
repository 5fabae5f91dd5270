import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import type { TaskModelInfo } from '@lookout/vision';
import { PhraseTexts } from '../../pipeline/phrases/phrase-texts.js';

const MODEL: TaskModelInfo = { name: 'words', task: 'embed', family: 'clip', graphs: {}, sha256: 'a', bytes: 1 };
const PER_REQUEST = 50;

/** Memory used by the vectors of this many texts, bytes. Exact only in a fresh process. */
export async function heldTextBytes(count: number, length: number): Promise<number> {
  const texts = new PhraseTexts({
    models: {
      require: () => MODEL,
      embedTexts: async (some) => some.map((_, i) => new Float32Array(length).fill(i + 1)),
    },
    store: { captions: async () => new Map(), saveCaptions: async () => undefined },
  });
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const used = async () => {
    for (let i = 0; i < 3; i++) {
      collect();
      // Buffers are freed a little later.
      await new Promise(setImmediate);
    }
    const { heapUsed, arrayBuffers } = process.memoryUsage();
    return heapUsed + arrayBuffers;
  };
  const before = await used();
  for (let from = 0; from < count; from += PER_REQUEST) {
    await texts.captions(Array.from({ length: PER_REQUEST }, (_, i) => `a red delivery van, number ${from + i}`));
  }
  const held = (await used()) - before;
  // Keeps `texts` alive until after the measurement.
  await texts.captions(['a red delivery van, number 0']);
  return held;
}
