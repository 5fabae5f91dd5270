import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { DeviceReport } from '@lookout/protocol';
import { writeAtomically } from '@lookout/vision/models';
import { z } from 'zod';

const Remembered = z.object({ key: z.string(), timeMs: z.number(), report: DeviceReport });

/** A driver that was installed meanwhile shall be noticed. */
const VALID_MS = 24 * 60 * 60 * 1000;

/** Raised when a choice is made otherwise than before. */
const FORMAT_VERSION = 1;

/** What a choice depends on, beside what is given: the machine, and where its drivers are looked for. */
export function choiceKey(given: readonly unknown[]): string {
  const { VK_ICD_FILENAMES, VK_DRIVER_FILES, LD_LIBRARY_PATH } = process.env;
  const machine = [
    process.platform,
    process.arch,
    cpus()[0]?.model,
    VK_ICD_FILENAMES,
    VK_DRIVER_FILES,
    LD_LIBRARY_PATH,
  ];
  return createHash('sha256')
    .update(JSON.stringify([FORMAT_VERSION, machine, given]))
    .digest('hex');
}

/** The last choice, where it was made of the same and not too long ago. A file that can't be read is as good as none. */
export async function recallChoice(path: string, key: string, nowMs: number): Promise<DeviceReport | undefined> {
  try {
    const { key: before, timeMs, report } = Remembered.parse(JSON.parse(await readFile(path, 'utf8')));
    return before === key && Math.abs(nowMs - timeMs) < VALID_MS ? report : undefined;
  } catch {
    return undefined;
  }
}

export async function rememberChoice(path: string, key: string, report: DeviceReport, timeMs: number): Promise<void> {
  await writeAtomically(path, JSON.stringify({ key, timeMs, report } satisfies z.infer<typeof Remembered>));
}
