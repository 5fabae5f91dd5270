import type { Logger } from 'pino';
import { administerModels } from './pipeline/analysis/administer-models.js';
import { runBlank } from './pipeline/analysis/blank-run.js';
import { type AnalysisEvents, startAnalysis } from './pipeline/analysis/start-analysis.js';
import type { CameraManager } from './pipeline/cameras/camera-manager.js';
import { unknownClasses } from './pipeline/cameras/configured-cameras.js';
import type { Settings } from './platform/config/settings.js';
import type { Metrics } from './platform/metrics/metrics.js';
import { DefaultModel } from './platform/models/default-model.js';
import { watchRemoteModel, watchServers } from './platform/remote-models/watch-servers.js';
import type { Storage } from './platform/storage/index.js';

export interface DetectionModelsOptions {
  readonly settings: Settings;
  readonly storage: Pick<Storage, 'ownSettings'>;
  readonly metrics: Pick<Metrics, 'models' | 'pipeline' | 'remote'>;
  readonly logger: Logger;
  /** Not called before models are attached to the workers. */
  cameras(): ReturnType<CameraManager['all']>;
  /** The default model changed, or its outputs are read differently. */
  onDefault(): void;
}

/** Opens the detection models, their workers, and the choice of models for other tasks. @param closers gets their close functions */
export async function openDetectionModels(options: DetectionModelsOptions, closers: Array<() => unknown>) {
  const { settings, storage, metrics, logger } = options;
  const attempt = async (name: string) => runBlank(pool, await models.refreshRemote(name));
  const remoteHealth = watchRemoteModel({ attempt, servers: () => models.servers, logger });
  closers.push(() => remoteHealth.close());
  const defaultModel = await DefaultModel.open({ store: storage.ownSettings, given: settings });
  const events: AnalysisEvents = {
    onInferred: (name, ms) => {
      metrics.pipeline.inference(name, ms / 1000);
      remoteHealth.succeeded({ name });
    },
    onInferenceFailed: (name, error) => {
      metrics.pipeline.inferenceFailed(name);
      if (name === models.current.name) remoteHealth.failed(models.current, error);
    },
    onFault: (error) => logger.error({ err: error }, 'analysis worker failed'),
  };
  const { pool, models, device } = await startAnalysis(settings, logger, events, defaultModel.chosen);
  closers.push(() => pool.close());
  if (models.servers) watchServers(models.servers, metrics.remote, logger);
  const hungCount = () => pool.hungCount + models.hungCount;
  metrics.models.countHungThreads(hungCount);
  pool.onRefused = (model, error) => void models.refuse(model, error);
  models.attach(pool, {
    onLoaded: ({ name, format, reading }, bytes) => {
      metrics.models.loaded(name, bytes);
      if (reading) logger.info({ model: name, format, certainty: reading.certainty }, reading.why);
    },
    onUnloaded: (model, reason) => metrics.models.unloaded(model, reason),
    onWarning: (model, warning) => logger.warn({ model }, warning),
    onDefault: (model, before) => {
      if (model.remote?.missing !== undefined) return;
      logger.info({ model: model.name, before: before.name }, 'default model changed');
      for (const oddity of models.oddities(model)) logger.warn({ model: model.name }, oddity);
      options.onDefault();
    },
  });
  models.oddities = (model) => {
    const trouble = remoteHealth.problem(model) ?? model.remote?.missing;
    return trouble === undefined ? unknownClasses(options.cameras(), model.name) : [trouble];
  };
  const modelOwner = await administerModels({ settings, storage, models, defaultModel, pool, logger });
  closers.push(() => modelOwner.downloads.close());
  return {
    pool,
    models,
    device,
    remoteHealth,
    hungCount,
    administration: modelOwner.administration,
    chosen: modelOwner.chosen,
  };
}
