/** Cache of text vectors in memory: clients send the same prompts with each frame. */
export class TextVectors {
  readonly #max: number;
  /** Least recently used first. */
  readonly #known = new Map<string, Float32Array>();

  /** @param max vectors kept; one takes 2 KB with a typical model */
  constructor(max = 1000) {
    this.#max = max;
  }

  /**
   * @param model checksum of the model
   * @param encode called with the texts that are not cached, if any
   */
  async of(
    model: string,
    texts: readonly string[],
    encode: (texts: readonly string[]) => Promise<readonly Float32Array[]>,
  ): Promise<Float32Array[]> {
    const keys = texts.map((text) => `${model} ${text}`);
    const missing = [...new Set(texts.filter((_, i) => !this.#known.has(keys[i]!)))];
    const encoded = missing.length > 0 ? await encode(missing) : [];
    const fresh = new Map(missing.map((text, i) => [text, encoded[i]!]));
    return texts.map((text, i) => {
      const vector = (fresh.get(text) ?? this.#known.get(keys[i]!))!;
      this.#known.delete(keys[i]!);
      this.#known.set(keys[i]!, vector);
      if (this.#known.size > this.#max) this.#known.delete(this.#known.keys().next().value!);
      return vector;
    });
  }
}
