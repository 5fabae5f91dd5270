import type { Detector, DetectResult, DetectTask } from '@lookout/vision/detector';

interface Waiting extends DetectTask {
  resolve(result: DetectResult): void;
  reject(error: unknown): void;
}

/**
 * A detector for jobs that share a run: it collects requests until `run`, then runs the model once for all images of the same
 * input size.
 */
export class GatheredDetections implements Pick<Detector, 'detect'> {
  readonly #detector: Detector;
  readonly #waiting: Waiting[] = [];

  constructor(detector: Detector) {
    this.#detector = detector;
  }

  readonly detect: Detector['detect'] = (rgb, letterbox, sourceWidth, sourceHeight, options) =>
    new Promise((resolve, reject) => {
      this.#waiting.push({ rgb, letterbox, sourceWidth, sourceHeight, options, resolve, reject });
    });

  /** Never rejects: each request gets its own result or error. */
  async run(): Promise<void> {
    const bySize = new Map<string, Waiting[]>();
    for (const task of this.#waiting) {
      const key = `${task.letterbox.width}×${task.letterbox.height}`;
      bySize.set(key, [...(bySize.get(key) ?? []), task]);
    }
    for (const tasks of bySize.values()) {
      try {
        const results = await this.#detector.detectTogether(tasks);
        tasks.forEach((task, i) => {
          task.resolve(results[i]!);
        });
      } catch (error) {
        for (const { reject } of tasks) reject(error);
      }
    }
  }
}
