import type { Logger } from 'pino';
import { Calibrations } from './pipeline/phrases/calibrations.js';
import type { PhraseTexts } from './pipeline/phrases/phrase-texts.js';
import { PhraseWordsReader } from './pipeline/phrases/phrase-words.js';
import { camerasOf } from './pipeline/rules/check-rule.js';
import type { NamedCamera } from './pipeline/rules/rule-context.js';
import type { RuleService } from './pipeline/rules/rule-service.js';
import type { TaskModels } from './pipeline/task-models/task-models.js';
import type { Settings } from './platform/config/settings.js';
import type { Storage } from './platform/storage/index.js';
import { later } from './platform/threads/later.js';

/** The parts of the server that phrase calibration uses. */
export interface CalibrationHost {
  readonly settings: Pick<Settings, 'open_vocabulary'>;
  readonly storage: Pick<Storage, 'phrases'>;
  readonly logger: Logger;
  /** Not called before the server has started. */
  rules(): Pick<RuleService, 'all' | 'phrasesChanged'>;
  cameras(): readonly Pick<NamedCamera, 'id'>[];
  /** Whether rules run for a camera on this node; absent: there is only one node. */
  readonly watches?: ((camera: string) => boolean) | undefined;
}

/** Opens the calibrations of the phrases of rules. Close them before the database. */
export function openCalibrations(host: CalibrationHost, models: TaskModels, texts: PhraseTexts): Calibrations {
  const { settings, storage, logger, rules, cameras, watches = () => true } = host;
  return new Calibrations({
    store: storage.phrases,
    words: new PhraseWordsReader({ models, captions: (captions) => texts.captions(captions) }),
    models,
    rules: () => rules().all(),
    camerasOf: (rule) => camerasOf(rule, cameras()).map(({ id }) => id),
    isMine: watches,
    perDay: () => settings.open_vocabulary.false_alarms_per_day,
    onChange: (ids) => void rules().phrasesChanged(ids),
    onDrift: (phrase, camera) =>
      logger.warn({ phrase, camera }, 'phrase scores have drifted on this camera: calibrating again'),
    onFault: (error) => logger.error({ err: error }, 'phrase calibrations could not be read or stored'),
    now: Date.now,
    later,
  });
}
