import { join } from 'node:path';
import { CATALOGUE } from '@lookout/vision/models';
import type { FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import { TaskThread } from './pipeline/task-models/task-thread.js';
import type { Settings } from './platform/config/settings.js';
import type { Metrics } from './platform/metrics/metrics.js';
import { ChosenModels } from './platform/models/chosen-models.js';
import { readTaskModels } from './platform/models/read-task-models.js';
import type { Storage } from './platform/storage/index.js';
import { eachSecond, later } from './platform/threads/later.js';

export interface OpenVocabularyOptions {
  readonly settings: Settings;
  readonly storage: Pick<Storage, 'ownSettings'>;
  readonly metrics: Pick<Metrics, 'tasks'>;
  readonly logger: Logger;
}

/** What goes beyond the classes of the detector: words, masks, and the models for them. @param closers gets what ends it */
export async function openOpenVocabulary(options: OpenVocabularyOptions, closers: Array<() => unknown>) {
  const { settings, storage, metrics, logger } = options;
  const chosen = await ChosenModels.open({
    given: settings,
    store: storage.ownSettings,
    read: () => readTaskModels(join(settings.data, 'models')),
    preferred: CATALOGUE.map(({ name }) => name),
    onInvalid: ({ name, message }) => logger.warn({ model: name, reason: message }, 'a model can’t be used'),
  });
  const models = new TaskThread({
    choice: chosen,
    limits: { runS: settings.limits.inference_timeout_s },
    onJob: (call, outcome, ms) => metrics.tasks.job(call, outcome, ms),
    onFault: (error) => logger.error({ err: error }, 'the thread of models beside detection failed'),
    later,
    eachSecond,
  });
  closers.push(() => models.close());
  metrics.tasks.watch({ waiting: () => models.waiting, hung: () => models.hungCount });
  const plugins: FastifyPluginAsync[] = [];
  return { chosen, models, plugins };
}
