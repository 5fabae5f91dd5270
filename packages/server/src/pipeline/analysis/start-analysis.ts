import { LookoutError } from '@lookout/protocol';
import type { Logger } from 'pino';
import type { Settings } from '../../platform/config/settings.js';
import { fallBack } from '../../platform/devices/device-choice.js';
import { findDevice } from '../../platform/devices/find-device.js';
import { clearPreparedModels } from '../../platform/models/model-files.js';
import { ModelLibrary } from '../../platform/models/model-library.js';
import { AnalysisPool, type AnalysisPoolOptions } from './analysis-pool.js';

export type AnalysisEvents = Pick<AnalysisPoolOptions, 'onInferred' | 'onInferenceFailed' | 'onFault'>;

/**
 * Starts workers with the default model, on the configured or else the fastest device; falls back to the CPU.
 * @param chosen model that was made the default in an earlier run; if it can't be used any more, that of the settings is
 */
export async function startAnalysis(settings: Settings, logger: Logger, events: AnalysisEvents, chosen?: string) {
  await clearPreparedModels(settings.data, logger);
  if (chosen === undefined) return startWith(settings, logger, events);
  try {
    return await startWith({ ...settings, model: chosen }, logger, events);
  } catch (error) {
    if (!(error instanceof LookoutError)) throw error;
    const reason = error.message;
    logger.warn({ model: chosen, reason }, 'the model that was made the default can’t be used: starting without it');
    return startWith(settings, logger, events);
  }
}

async function startWith(settings: Settings, logger: Logger, events: AnalysisEvents) {
  let device = await findDevice(settings, {
    onNotKept: (error) =>
      logger.warn(
        { err: error.message },
        'could not remember the inference device: it will be probed again at the next start',
      ),
  });
  const start = async () => {
    const models = await ModelLibrary.open(settings, device.used);
    const { workers, limits } = settings;
    const pool = await AnalysisPool.start({
      model: models.current,
      servers: models.servers,
      workers,
      provider: device.used,
      limits: { runS: limits.inference_timeout_s },
      ...events,
    });
    return { models, pool };
  };
  const started = await start().catch((error: unknown) => {
    if (device.used === 'cpu' || !(error instanceof LookoutError) || error.code !== 'unavailable') throw error;
    device = fallBack(device, error);
    return start();
  });
  const isMissed = device.asked !== 'auto' && device.asked !== device.used && settings.kserve.url === undefined;
  logger[isMissed ? 'warn' : 'info']({ device: device.used, reason: device.reason }, 'inference');
  return { ...started, device };
}
