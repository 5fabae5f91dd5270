import type { ModelRunner, NamedTensor } from '@lookout/vision/detector';

/** Counts the runs of a model for another thread: `runs[0]` is odd while a run is in progress. */
export class CountedRunner implements ModelRunner {
  readonly #runner: ModelRunner;
  readonly #runs: Int32Array;

  constructor(runner: ModelRunner, runs: Int32Array) {
    this.#runner = runner;
    this.#runs = runs;
  }

  get provider(): string {
    return this.#runner.provider;
  }

  get inputs(): ModelRunner['inputs'] {
    return this.#runner.inputs;
  }

  get outputs(): ModelRunner['outputs'] {
    return this.#runner.outputs;
  }

  check(): void {
    this.#runner.check?.();
  }

  async run(inputs: readonly NamedTensor[]): Promise<NamedTensor[]> {
    Atomics.add(this.#runs, 0, 1);
    try {
      return await this.#runner.run(inputs);
    } finally {
      Atomics.add(this.#runs, 0, 1);
    }
  }

  close(): Promise<void> {
    return this.#runner.close();
  }
}
