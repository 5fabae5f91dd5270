import { ScoreSketch } from '@lookout/vision';
import { z } from 'zod';
import { CameraPhrase } from './camera-phrase.js';
import { LoudCrops } from './loud-crops.js';

const Sketch = z.array(z.tuple([z.int(), z.int()])).transform((bins, context) => {
  try {
    return ScoreSketch.from(bins);
  } catch (error) {
    context.addIssue({ code: 'custom', message: (error as Error).message });
    return z.NEVER;
  }
});
const Scores = z.object({ sketch: Sketch, sinceMs: z.number() });
const Background = Scores.extend({ examples: z.array(z.string()).transform((ids) => new Set(ids)) });
const Kept = z.object({
  learned: Background.extend({ cropsPerDay: z.number(), calibratedAtMs: z.number() }).optional(),
  learning: Background.optional(),
  recent: Scores.optional(),
  tooSmall: z.int(),
  loud: z.array(
    z.object({
      score: z.number(),
      timestamp: z.number(),
      track: z.int().optional(),
      jpeg: z
        .base64()
        .transform((text) => new Uint8Array(Buffer.from(text, 'base64')))
        .optional(),
    }),
  ),
});

/** State of a phrase on a camera that survives a restart, as text: some 30 kB, at most 170 kB. */
export function keep({ learned, learning, recent, tooSmall, loud }: CameraPhrase): string {
  const withIds = <T extends { examples: ReadonlySet<string> }>(background: T | undefined) =>
    background && { ...background, examples: [...background.examples] };
  return JSON.stringify({
    learned: withIds(learned),
    learning: withIds(learning),
    recent,
    tooSmall,
    loud: loud.list().map(({ jpeg, ...crop }) => ({ ...crop, jpeg: jpeg && Buffer.from(jpeg).toString('base64') })),
  });
}

/** @returns undefined if the text is damaged or of another version: the phrase is then learned again */
export function restore(text: string, onDrift: () => void): CameraPhrase | undefined {
  let data: unknown;
  try {
    data = JSON.parse(text);
  } catch {
    return undefined;
  }
  const kept = Kept.safeParse(data).data;
  if (!kept) return undefined;
  const { loud, ...rest } = kept;
  return Object.assign(new CameraPhrase(onDrift), rest, { loud: new LoudCrops(loud) });
}
