import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { cpus } from 'node:os';
import { DeviceReport } from '@lookout/protocol';
import { writeAtomically } from '@lookout/vision/models';
import { z } from 'zod';

const Remembered = z.object({ key: z.string(), timeMs: z.number(), report: DeviceReport });

/** A driver installed in the meantime should be noticed. */
const VALID_MS = 24 * 60 * 60 * 1000;

/** Increase when the choice is made differently. */
const FORMAT_VERSION = 1;

/** Hash of everything the choice depends on: the given values, the machine, and where drivers are searched. */
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

/** The remembered choice if its key matches and it is recent. An unreadable file counts as none. */
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
