import { writeFile } from 'node:fs/promises';
import { LookoutError } from '@lookout/protocol';

export const JPEG_QUALITY = 90;

/** @throws LookoutError `storage_failed` with the reason. */
export async function writePicture(path: string, jpeg: Uint8Array): Promise<void> {
  try {
    await writeFile(path, jpeg);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    const reason = code === 'ENOSPC' ? 'the disk is full' : code;
    throw new LookoutError('storage_failed', `Can't write ${path}: ${reason}`, { cause: error });
  }
}
