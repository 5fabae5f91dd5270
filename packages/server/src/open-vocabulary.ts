import { NEEDED_CROPS, NEEDED_SECONDS } from '@lookout/vision';
import type { FastifyPluginAsync } from 'fastify';
import type { Logger } from 'pino';
import { searchRoute } from './api/routes/search.js';
import { type CalibrationHost, openCalibrations } from './open-calibrations.js';
import { type LanesHost, openLanes } from './open-lanes.js';
import type { EventBus } from './pipeline/bus/event-bus.js';
import { TRACK_EVERY_S } from './pipeline/phrases/crop-schedule.js';
import { PhraseSearch } from './pipeline/phrases/phrase-search.js';
import { PhraseTexts } from './pipeline/phrases/phrase-texts.js';
import { PhraseWordsReader } from './pipeline/phrases/phrase-words.js';
import { TrackEmbeddings } from './pipeline/phrases/track-embeddings.js';
import { PromptFinder } from './pipeline/prompts/prompt-finder.js';
import { PhraseRules } from './pipeline/rules/phrase-rules.js';
import type { RuleService } from './pipeline/rules/rule-service.js';
import { DetectionMasks } from './pipeline/segments/detection-masks.js';
import { SegmentService } from './pipeline/segments/segment-service.js';
import { TaskThread } from './pipeline/task-models/task-thread.js';
import type { Settings } from './platform/config/settings.js';
import type { Metrics } from './platform/metrics/metrics.js';
import type { ChosenModels } from './platform/models/chosen-models.js';
import type { Storage } from './platform/storage/index.js';
import { eachSecond, later } from './platform/threads/later.js';

export interface OpenVocabularyOptions extends CalibrationHost, LanesHost {
  readonly settings: Settings;
  rules(): RuleService;
  /** Which model each task uses. */
  readonly chosen: ChosenModels;
  readonly storage: Pick<Storage, 'phrases'>;
  readonly metrics: Pick<Metrics, 'tasks'>;
  readonly bus: Pick<EventBus, 'on'>;
  readonly logger: Logger;
  /** Id of this node of a cluster. */
  readonly node?: string | undefined;
}

/** Opens everything beyond the detector's classes: words, masks, and their models. @param closers gets their close functions */
export async function openOpenVocabulary(options: OpenVocabularyOptions, closers: Array<() => unknown>) {
  const { settings, chosen, storage, metrics, logger } = options;
  const models = new TaskThread({
    choice: chosen,
    // At lower CPU priority, a run may take many times as long as in live detection.
    limits: { runS: 10 * settings.limits.inference_timeout_s },
    onJob: (call, outcome, ms) => metrics.tasks.job(call, outcome, ms),
    onFault: (error) => logger.error({ err: error }, 'the thread of models for other tasks failed'),
    later,
    eachSecond,
  });
  closers.push(() => models.close());
  metrics.tasks.watch({ waiting: () => models.waiting, hung: () => models.hungCount });
  const ruleTexts = new PhraseTexts({ models, store: storage.phrases });
  const calibrations = openCalibrations(options, models, ruleTexts);
  closers.push(() => calibrations.close());
  // In memory only: API clients could fill the database.
  const texts = new PhraseTexts({ models });
  const captions = (some: readonly string[]) => texts.captions(some);
  const looks = keepLooks(options, models);
  const { lanes, wholeFrames } = openLanes(options, { models, calibrations, looks });
  const phraseRules = new PhraseRules({
    model: (task) => models.model(task),
    state: (rule) => calibrations.state(rule),
    needs: { crops: NEEDED_CROPS, seconds: NEEDED_SECONDS },
    everyS: {
      track: TRACK_EVERY_S,
      get open() {
        return wholeFrames.everyS;
      },
    },
  });
  const words = new PhraseWordsReader({ models, captions });
  const search = new PhraseSearch({ models, words, captions, looks, breathe: () => new Promise(setImmediate) });
  const segments = new SegmentService({ models, node: options.node, now: Date.now, later });
  closers.push(() => segments.close());
  const plugins: FastifyPluginAsync[] = [searchRoute(search)];
  return {
    ...{ chosen, models, calibrations, lanes, phraseRules, segments, plugins },
    masks: new DetectionMasks(models),
    prompts: new PromptFinder({ models, captions }),
  };
}

/** Keeps the best look at each track, for existing cameras and the current embedding model. */
function keepLooks({ bus }: Pick<OpenVocabularyOptions, 'bus'>, models: TaskThread): TrackEmbeddings {
  const looks = new TrackEmbeddings();
  models.onChange((task) => task === 'embed' && looks.clear());
  bus.on('camera', ({ kind, camera }) => kind === 'removed' && looks.removeCamera(camera.id));
  bus.on('event', ({ kind, event }) => {
    if (kind !== 'created') return;
    for (const { track_id } of event.tracks) looks.belongs(event.camera, track_id, event.id);
  });
  return looks;
}
