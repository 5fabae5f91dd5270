import type { FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import { PhraseTexts } from './pipeline/phrases/phrase-texts.js';
import { PromptFinder } from './pipeline/prompts/prompt-finder.js';
import { TaskThread } from './pipeline/task-models/task-thread.js';
import type { Settings } from './platform/config/settings.js';
import type { Metrics } from './platform/metrics/metrics.js';
import type { ChosenModels } from './platform/models/chosen-models.js';
import { eachSecond, later } from './platform/threads/later.js';

export interface OpenVocabularyOptions {
  readonly settings: Settings;
  /** Which model each task uses. */
  readonly chosen: ChosenModels;
  readonly metrics: Pick<Metrics, 'tasks'>;
  readonly logger: Logger;
}

/** What goes beyond the classes of the detector: words, masks, and the models for them. @param closers gets what ends it */
export async function openOpenVocabulary(options: OpenVocabularyOptions, closers: Array<() => unknown>) {
  const { settings, chosen, metrics, logger } = options;
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
  // Not kept in the database, which clients of the API could fill.
  const promptTexts = new PhraseTexts({
    models,
    store: { captions: async () => new Map(), saveCaptions: async () => undefined },
  });
  const plugins: FastifyPluginAsync[] = [];
  return {
    chosen,
    models,
    prompts: new PromptFinder({ models, captions: (texts) => promptTexts.captions(texts) }),
    plugins,
  };
}
