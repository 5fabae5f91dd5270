import { join } from 'node:path';
import { clearOutdated } from '@lookout/vision/models';
import type { Logger } from 'pino';

/** Removes what earlier versions made of models. A start does not fail for it: the files only take up space. */
export async function clearPreparedModels(dataDir: string, log: Pick<Logger, 'info' | 'warn'>): Promise<void> {
  try {
    const files = await clearOutdated(join(dataDir, 'models'));
    if (files.length > 0) log.info({ files }, 'removed prepared models of an earlier version');
  } catch (error) {
    log.warn({ err: (error as Error).message }, 'prepared models of an earlier version cannot be removed');
  }
}
