import { planLetterbox } from '@lookout/vision';
import { openDetector } from '@lookout/vision/detector';
import { embeddedModel } from '@lookout/vision/models';
import { median } from '../lib/figures.js';
import { numberOptions, report } from '../lib/options.js';

/** What the rectangle that fits a 16:9 picture costs, compared with the square of the same longer side. */
export async function run(args: string[]): Promise<void> {
  const { size, rounds } = numberOptions(args, { size: 416, rounds: 150 });
  const info = embeddedModel();
  const detector = await openDetector(info, { threads: 1 });
  const wide = planLetterbox(info, 1280, 720, size);
  const square = { ...wide, width: size, height: size };
  const options = { confidence: 0.25, iou: 0.6, maxDetections: 100 };
  const time = async (letterbox: typeof wide) => {
    const rgb = new Float32Array(letterbox.width * letterbox.height * 3).fill(90);
    return (await detector.detect(rgb, letterbox, 1280, 720, options)).inferMs;
  };
  const [wides, squares]: [number[], number[]] = [[], []];
  // Alternating, so that a change of the machine's speed affects both.
  for (let i = 0; i < rounds; i++) {
    wides.push(await time(wide));
    squares.push(await time(square));
  }
  await detector.close();
  const ok = report(`A 16:9 camera at ${size}: ${wide.width}×${wide.height} against ${size}×${size}`, [
    { name: 'rectangle p50', value: median(wides), unit: 'ms' },
    { name: 'square p50', value: median(squares), unit: 'ms' },
    { name: 'share', value: median(wides) / median(squares), atMost: 0.65 },
  ]);
  if (!ok) process.exitCode = 1;
}
