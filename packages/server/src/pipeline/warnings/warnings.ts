import { join } from 'node:path';
import { fromEpochMs, nowMs, toEpochMs } from '@lookout/media';
import type { CameraRemoval, Camera as CameraView, RuleEvent } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import type { Logger } from 'pino';
import type { Settings } from '../../platform/config/settings.js';
import type { Metrics } from '../../platform/metrics/metrics.js';
import type { PageSettings } from '../../platform/settings/page-settings.js';
import type { KeptEvent, NewDelivery, Storage } from '../../platform/storage/index.js';
import type { AnalysisPool } from '../analysis/analysis-pool.js';
import type { CameraChange, EventBus } from '../bus/event-bus.js';
import type { CameraManager } from '../cameras/camera-manager.js';
import { drawingFor } from '../events/event-drawing.js';
import { EventPictures } from '../events/event-pictures.js';
import { EventRecorder, type HeldEvents, type WaitingChanges } from '../events/event-recorder.js';
import { EventService } from '../events/event-service.js';
import { HeldFile } from '../events/held-file.js';
import { Retention } from '../events/retention.js';
import { Suppressions } from '../events/suppressions.js';
import { CameraMemory } from '../history/camera-memory.js';
import { RuleTester } from '../history/rule-tester.js';
import type { ObservedFrame } from '../live/observed-frame.js';
import type { Calibrations } from '../phrases/calibrations.js';
import type { PhraseLanes } from '../phrases/phrase-lanes.js';
import { PhraseLearning } from '../phrases/phrase-learning.js';
import { ArmedCameras } from '../rules/armed-cameras.js';
import { camerasOf } from '../rules/check-rule.js';
import type { PhraseRules } from '../rules/phrase-rules.js';
import { RuleService } from '../rules/rule-service.js';
import { RuleWatch } from '../rules/rule-watch.js';
import { asAbandoned } from '../second-look/verified-event.js';
import { describeLooks } from './describe-looks.js';
import { openLanguageModel } from './open-language-model.js';
import { type OpenedSecondLook, openSecondLook } from './open-second-look.js';

export interface WarningsOptions {
  settings: Pick<Settings, 'data' | 'language_model'>;
  /** The time zone and how long events are kept can change: call `settingsChanged` then. */
  pageSettings: Pick<PageSettings, 'live' | 'get' | 'onChange'>;
  storage: Pick<Storage, 'rules' | 'events' | 'suppressions'>;
  bus: EventBus;
  /** What differs where other nodes share the database. */
  cluster?:
    | {
        /** The name of this node. */
        readonly here: string;
        /** Where changes of events go instead of the bus: what all nodes store is told in the order of the database. */
        readonly told: Pick<EventBus, 'emit'>;
        /** What is told of changes that can't be stored at present. */
        readonly waiting: WaitingChanges & HeldEvents;
        /** Whether rules run for a camera on this node. */
        watches(camera: string): boolean;
      }
    | undefined;
  calibrations?: Calibrations | undefined;
  pool: Pick<AnalysisPool, 'runSoon'>;
  model(): ModelInfo;
  /** All cameras; not asked before one is opened or a request is served. */
  cameras(): Pick<CameraManager, 'all' | 'camera' | 'has'>;
  /** Absent: phrases are not supported. */
  phrases?: PhraseRules | undefined;
  /** Looks for phrases. */
  lanes?: PhraseLanes | undefined;
  metrics: Pick<Metrics, 'warnings' | 'secondLook'>;
  logger: Logger;
  /** Messages about a change of an event, stored together with it. */
  deliveries?(event: RuleEvent, kind: 'created' | 'updated' | 'ended'): readonly NewDelivery[];
  /** @returns a function that cancels */
  later(run: () => void, delayMs: number): () => void;
}

/** Everything that turns what cameras see into events: rules, their engine, pictures, history. */
export class Warnings {
  readonly rules: RuleService;
  readonly events: EventService;
  readonly pictures: EventPictures;
  readonly suppressions: Suppressions;
  readonly memory: CameraMemory;
  readonly tester: RuleTester;
  readonly secondLook: OpenedSecondLook;
  readonly learning: PhraseLearning | undefined;
  readonly #options: WarningsOptions;
  readonly #watch: RuleWatch;
  readonly #armed: ArmedCameras;
  readonly #recorder: EventRecorder;
  /** Undefined in a cluster, where `cluster.waiting` keeps held events. */
  readonly #held: HeldFile | undefined;
  readonly #retention: Retention;
  readonly #unsubscribe: () => void;

  /** Reads what is stored, and ends the events that a server that crashed has left open. */
  static async start(options: WarningsOptions): Promise<Warnings> {
    const { settings, storage, logger } = options;
    const { live } = options.pageSettings;
    const kept = await keptEvents(storage);
    const pictures = await EventPictures.open(
      {
        directory: join(settings.data, 'events'),
        get maxBytes() {
          return live.events.max_bytes;
        },
        runSoon: (job) => options.pool.runSoon(job),
        onTrouble: (error) => logger.error({ err: error }, 'pictures of events can’t be stored'),
        toEpoch: toEpochMs,
        now: nowMs,
      },
      kept,
    );
    const suppressions = await Suppressions.open({
      store: storage.suppressions,
      describe: (camera, jpeg, size, boxes) => describeLooks(options, { camera, jpeg, size, boxes }),
      onChange: (camera, spots) => {
        if (options.cameras().has(camera)) options.cameras().camera(camera).lane.watchSpots(spots);
      },
      now: Date.now,
    });
    const secondLook = await openSecondLook({ ...options, metrics: options.metrics.secondLook });
    const rules: RuleService = await RuleService.open({
      store: storage.rules,
      counts: (sinceMs) => storage.events.countsByRule(sinceMs),
      cameras: () =>
        options
          .cameras()
          .all()
          .map(({ config }) => config),
      model: () => options.model(),
      bus: options.bus,
      get timezone() {
        return live.timezone;
      },
      languageModel: await openLanguageModel(settings.language_model, logger),
      secondLook: secondLook.asker,
      phrases: options.phrases,
      now: Date.now,
      onChange: () => warnings.rulesChanged(),
    });
    const onTrouble = (error: unknown) => logger.error({ err: error }, 'held events are missing from their file');
    const held = options.cluster ? undefined : await HeldFile.open(settings.data, onTrouble);
    const warnings: Warnings = new Warnings(options, { pictures, suppressions, rules, kept, secondLook, held });
    await warnings.#storeHeld();
    if (!options.cluster) await warnings.endLeftOpen();
    return warnings;
  }

  private constructor(
    options: WarningsOptions,
    parts: Pick<Warnings, 'pictures' | 'suppressions' | 'rules' | 'secondLook'> & {
      kept: Map<string, KeptEvent>;
      held: HeldFile | undefined;
    },
  ) {
    const { storage, bus, metrics, logger, pool, later } = options;
    const { live } = options.pageSettings;
    this.#options = options;
    this.secondLook = parts.secondLook;
    this.#held = parts.held;
    this.pictures = parts.pictures;
    this.suppressions = parts.suppressions;
    this.rules = parts.rules;
    this.memory = new CameraMemory({
      runSoon: (job) => pool.runSoon(job),
      events: storage.events,
      toEpoch: toEpochMs,
      fromEpoch: fromEpochMs,
    });
    this.tester = new RuleTester({
      history: this.memory.objects,
      thumbnails: this.memory.thumbnails,
      get timezone() {
        return live.timezone;
      },
      toEpoch: toEpochMs,
      fromEpoch: fromEpochMs,
      now: Date.now,
    });
    const [{ calibrations }, { memory, pictures }] = [options, this];
    this.learning = calibrations && new PhraseLearning({ calibrations, snapshots: pictures.snapshots, memory, pool });
    this.#recorder = this.#createRecorder();
    this.events = new EventService({
      store: storage.events,
      bus: options.cluster?.told ?? bus,
      pictures: this.pictures,
      node: options.cluster?.here,
      recorder: this.#recorder,
      suppressions: this.suppressions,
      rule: (id) => this.rules.peek(id),
      ...{ learner: this.learning, kept: parts.kept },
    });
    this.#armed = new ArmedCameras((camera, pictures) => this.pictures.frame(camera, pictures));
    this.#watch = this.#createWatch();
    this.#retention = new Retention({
      store: storage.events,
      remove: (id) => this.events.remove(id),
      removeClipsBefore: (timeMs) => this.pictures.removeClipsBefore(timeMs),
      get maxAgeDays() {
        return live.events.max_age_days;
      },
      now: Date.now,
      onFault: (error) => logger.error({ err: error }, 'old events could not be removed'),
      later,
    });
    metrics.warnings.watch({ unstored: () => this.#recorder.unstoredCount, bytes: () => this.pictures.bytes });
    this.#unsubscribe = bus.on('camera', (change) => this.#cameraChanged(change));
  }

  /** What an analysed frame of a camera shows; in the order of its frames. Never throws. */
  observe(camera: string, observed: ObservedFrame): void {
    if (this.#options.cluster?.watches(camera) ?? true) {
      this.#options.lanes?.observe(camera, observed);
      this.#watch.observe(camera, observed);
    }
    this.memory.observe(camera, observed);
  }

  /** Track ids of a camera's objects that warn now. */
  alarmed(camera: string): ReadonlySet<number> {
    return this.#recorder.alarmed(camera);
  }

  /** Rules or the mode changed. */
  rulesChanged(): void {
    this.#options.lanes?.rulesChanged();
    this.#watch.refresh();
    this.#arm();
    void this.#options.calibrations?.refresh();
  }

  /** The time zone, or how long events and pictures are kept, changed: both apply at once. */
  async settingsChanged(): Promise<void> {
    this.rulesChanged();
    await this.pictures.makeRoom();
    this.#retention.runSoon();
  }

  /** What does not work at present; undefined if everything does. */
  get trouble(): string | undefined {
    return this.#recorder.isFailing ? 'events can’t be stored at present and are tried again' : this.pictures.trouble;
  }

  /** What a camera takes with it when it is removed, and what is left behind. */
  async removalOf(camera: string): Promise<CameraRemoval> {
    const { events } = this.#options.storage;
    const cameras = [camera];
    return {
      events: await events.count({ cameras }),
      kept_events: await events.count({ cameras, kept: true }),
      suppressions: this.suppressions.list(camera).length,
      rules: this.rules.rulesOf(camera),
    };
  }

  /** The database is back. */
  storeWaiting(): void {
    this.#recorder.storeWaiting();
  }

  async close(): Promise<void> {
    this.#unsubscribe();
    this.#armed.close();
    this.#watch.close();
    await this.#retention.close();
    await this.secondLook.close();
    await this.#recorder.close();
    await this.#held?.close();
    await this.pictures.close();
  }

  #createRecorder(): EventRecorder {
    const { storage, bus, cluster, metrics, logger, deliveries = () => [], later } = this.#options;
    const { asker } = this.secondLook;
    return new EventRecorder({
      store: storage.events,
      bus: cluster?.told ?? bus,
      node: cluster?.here,
      rule: (id) => this.rules.peek(id),
      phrase: (rule, camera, tracks) => this.#options.calibrations?.finding(rule, camera, tracks),
      takePictures: (event, { pictures }) =>
        this.pictures.fired(event, pictures, drawingFor(event, this.#options.cameras().all())),
      secondLook: (event, verify, observed, tell) => asker.ask(event, verify, observed, tell),
      held: cluster?.waiting ?? this.#held,
      onEnded: (event, timeMs) => this.pictures.ended(event, timeMs),
      view: (event) => this.events.view(event),
      deliveries,
      onFired: ({ camera, severity }) => metrics.warnings.fired(camera, severity),
      onFault: (error) => logger.error({ err: error }, 'events can’t be stored'),
      waiting: cluster?.waiting,
      onLost: ({ camera, rule_id }) => {
        metrics.warnings.lost();
        logger.error({ camera, rule: rule_id }, 'an event was lost: too many wait to be stored');
      },
      later,
    });
  }

  #createWatch(): RuleWatch {
    const { pageSettings, metrics, logger, later } = this.#options;
    const { live } = pageSettings;
    return new RuleWatch({
      get timezone() {
        return live.timezone;
      },
      rules: () => this.rules.all(),
      isSilent: (rule, timeMs) => this.rules.isSilent(rule, timeMs),
      onChanges: (changes, observed) => this.#recorder.record(changes, observed),
      onWake: () => this.rulesChanged(),
      described: this.#options.lanes,
      onFault: () => metrics.warnings.rulesFailed(),
      logFault: (error, count) => logger.error({ err: error, count }, 'rules failed for a frame'),
      onTimed: (seconds) => metrics.warnings.rulesRan(seconds),
      toEpoch: toEpochMs,
      now: nowMs,
      later,
    });
  }

  #cameraChanged({ kind, camera }: CameraChange): void {
    const { id } = camera;
    if (kind === 'removed') {
      this.#watch.removeCamera(id);
      this.#options.lanes?.removeCamera(id);
      void this.#removeCamera(id);
    } else if (kind === 'state') {
      this.#watch.setLive(id, camera.state === 'live');
      if (isGone(camera)) this.pictures.cameraClosed(id);
    } else {
      this.#watch.setCamera(camera);
      if (kind === 'opened') this.#options.cameras().camera(id).lane.watchSpots(this.suppressions.spots(id));
      this.#arm();
    }
  }

  /** Keeps the cameras under watch that rules which may fire are about. */
  #arm(): void {
    const nowMs = Date.now();
    const rules = this.rules.all().filter((rule) => !this.rules.isSilent(rule, nowMs));
    const all = this.#options.cameras().all();
    this.#armed.set(all.filter((camera) => rules.some(({ rule }) => camerasOf(rule, [camera]).length > 0)));
  }

  /** Another camera may get its id later, and none of this. */
  async #removeCamera(id: string): Promise<void> {
    this.memory.remove(id);
    this.suppressions.forgetCamera(id);
    this.#options.calibrations?.forgetCamera(id);
    const removedMs = Date.now();
    try {
      await this.pictures.removeCamera(id);
      await this.events.removeCamera(id, removedMs);
    } catch (error) {
      this.#options.logger.error({ camera: id, err: error }, 'the events of a removed camera could not be removed');
    }
  }

  /** Ends events left open by an earlier process or node, and the wait for their answers. @param camera default: all */
  async endLeftOpen(camera?: string): Promise<void> {
    const { storage, deliveries = () => [] } = this.#options;
    const newest = await storage.events.page({ limit: 200, ...(camera !== undefined && { cameras: [camera] }) });
    const unanswered = newest.events.filter((event) => event.ended_at !== null && asAbandoned(event) !== event);
    for (const event of [...(await storage.events.open()), ...unanswered]) {
      if (camera !== undefined && event.camera !== camera) continue;
      const ended = { ...asAbandoned(event), ended_at: event.ended_at ?? event.frame_timestamp };
      await storage.events.update(ended, 'ended', deliveries(this.events.view(ended), 'ended'));
    }
  }

  /** Stores the events that an earlier process held, with their deliveries. */
  async #storeHeld(): Promise<void> {
    const { storage, deliveries = () => [], logger } = this.#options;
    const stored = await this.#held?.storeLeft(storage.events, (event) => this.events.view(event), deliveries);
    if (stored) logger.info({ stored }, 'stored events that were held when the server stopped');
  }
}

async function keptEvents({ events }: Pick<Storage, 'events'>): Promise<Map<string, KeptEvent>> {
  const kept = new Map<string, KeptEvent>();
  for (let cursor: string | undefined, isMore = true; isMore; ) {
    const page = await events.page({ kept: true, limit: 200, ...(cursor !== undefined && { cursor }) });
    for (const event of page.events) kept.set(event.id, event);
    cursor = page.cursor;
    isMore = cursor !== undefined;
  }
  return kept;
}

/** Whether no frame is to be expected soon. */
function isGone({ state }: CameraView): boolean {
  return state !== 'live' && state !== 'connecting' && state !== 'stalled';
}
