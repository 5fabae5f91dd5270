import { join } from 'node:path';
import { CATALOGUE } from '@lookout/vision/models';
import type { Logger } from 'pino';
import type { Settings } from '../../platform/config/settings.js';
import { ChosenModels } from '../../platform/models/chosen-models.js';
import type { DefaultModel } from '../../platform/models/default-model.js';
import { ModelAdministration } from '../../platform/models/model-administration.js';
import { ModelDownloads } from '../../platform/models/model-downloads.js';
import { ModelFiles } from '../../platform/models/model-files.js';
import type { ModelLibrary } from '../../platform/models/model-library.js';
import { ModelSpeeds } from '../../platform/models/model-speeds.js';
import { TaskModelFiles } from '../../platform/models/read-task-models.js';
import type { Storage } from '../../platform/storage/index.js';
import type { AnalysisPool } from './analysis-pool.js';
import { timeBlank } from './blank-run.js';

export interface AdministerModelsOptions {
  readonly settings: Settings;
  readonly storage: Pick<Storage, 'ownSettings'>;
  readonly models: ModelLibrary;
  readonly defaultModel: DefaultModel;
  readonly pool: AnalysisPool;
  readonly logger: Logger;
}

/** Administration of this server's models, and the models for tasks other than detection. Close the downloads. */
export async function administerModels(options: AdministerModelsOptions) {
  const { settings, storage, models, defaultModel, pool, logger } = options;
  const modelsDir = join(settings.data, 'models');
  const named = settings.model === undefined ? settings.models : [settings.model, ...settings.models];
  const taskModels = new TaskModelFiles(modelsDir);
  const chosen = await ChosenModels.open({
    given: settings,
    store: storage.ownSettings,
    read: () => taskModels.read(),
    preferred: CATALOGUE.map(({ name }) => name),
    onInvalid: ({ name, message }) => logger.warn({ model: name, reason: message }, 'a model can’t be used'),
  });
  const downloads = new ModelDownloads({
    modelsDir,
    mirror: settings.model_mirror,
    onDone: (model) => {
      logger.info({ model }, 'model downloaded');
      chosen.refresh().catch((error) => logger.error({ err: error }, 'could not look for models'));
    },
    onFailed: (model, error) => logger.warn({ model, err: error }, 'a model could not be downloaded'),
  });
  const administration = new ModelAdministration({
    library: models,
    files: new ModelFiles(modelsDir, named),
    downloads,
    speeds: await ModelSpeeds.open({ store: storage.ownSettings, now: Date.now }),
    defaults: defaultModel,
    others: chosen,
    runOnce: (model) => timeBlank(pool, model),
  });
  return { administration, downloads, chosen };
}
