import { nowMs } from '@lookout/media';
import type { Logger } from 'pino';
import type { SecondLookMetrics } from '../../platform/metrics/second-look-metrics.js';
import type { PageSettings } from '../../platform/settings/page-settings.js';
import type { KeptRule, Storage } from '../../platform/storage/index.js';
import type { AnalysisPool } from '../analysis/analysis-pool.js';
import type { EventBus } from '../bus/event-bus.js';
import { AnswerRecord, MAX_RECORDED } from '../second-look/answer-record.js';
import { SecondLook } from '../second-look/second-look.js';
import { VlmHost } from '../second-look/vlm-host.js';

export interface OpenSecondLookOptions {
  readonly pageSettings: Pick<PageSettings, 'get' | 'onChange'>;
  readonly storage: Pick<Storage, 'events' | 'rules'>;
  readonly bus: Pick<EventBus, 'on'>;
  readonly pool: Pick<AnalysisPool, 'runSoon'>;
  readonly metrics: SecondLookMetrics;
  readonly logger: Logger;
  later(run: () => void, delayMs: number): () => void;
}

export interface OpenedSecondLook {
  readonly host: VlmHost;
  readonly asker: SecondLook;
  close(): Promise<void>;
}

/** The second look with its record: the answers about the newest events of each rule, of all nodes. */
export async function openSecondLook(options: OpenSecondLookOptions): Promise<OpenedSecondLook> {
  const { pageSettings, storage, bus, pool, metrics, logger, later } = options;
  const host = new VlmHost({ settings: pageSettings });
  const record = new AnswerRecord();
  await remember(record, storage, await storage.rules.list());
  const unsubscribe = [
    bus.on('event', ({ kind, event }) => kind !== 'deleted' && record.note(event)),
    bus.on('rule', ({ kind, rule }) => kind === 'deleted' && record.forgetRule(rule.id)),
  ];
  // The host is resolved in the background.
  void host.check();
  pageSettings.onChange(() => void host.check());
  const asker = new SecondLook({
    host,
    model: async () => {
      const { VisionLanguageModel } = await import('../second-look/vision-language-model.js');
      return new VisionLanguageModel(host.lookup);
    },
    record,
    metrics,
    runSoon: (job) => pool.runSoon(job),
    onFault: (reason, count) => logger.warn({ reason, count }, 'the vision-language model could not be asked'),
    now: nowMs,
    later,
  });
  const close = async () => {
    await asker.close();
    for (const end of unsubscribe) end();
  };
  return { host, asker, close };
}

async function remember(record: AnswerRecord, { events }: Pick<Storage, 'events'>, rules: readonly KeptRule[]) {
  for (const { id } of rules.filter(({ rule }) => rule.verify)) {
    const page = await events.page({ rule: id, limit: MAX_RECORDED });
    for (const event of page.events.reverse()) record.note(event);
  }
}
