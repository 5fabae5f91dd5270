import { availableParallelism, hostname, loadavg } from 'node:os';
import { join } from 'node:path';
import { nowMs } from '@lookout/media';
import { type ClusterNode as ClusterNodeView, LookoutError } from '@lookout/protocol';
import type { FastifyInstance } from 'fastify';
import type { Logger } from 'pino';
import type { NodeDirectory } from './api/routes/nodes.js';
import { ClusterLinks } from './cluster-links.js';
import type { EventBus } from './pipeline/bus/event-bus.js';
import type { CameraManager } from './pipeline/cameras/camera-manager.js';
import { ChangeReader } from './pipeline/cluster/change-reader.js';
import { EventFeed } from './pipeline/cluster/event-feed.js';
import { storeLeft, UnconfirmedEvents } from './pipeline/cluster/unconfirmed-events.js';
import type { WebhookService } from './pipeline/delivery/webhook-service.js';
import type { Calibrations } from './pipeline/phrases/calibrations.js';
import type { Warnings } from './pipeline/warnings/warnings.js';
import type { Accounts } from './platform/auth/accounts.js';
import type { CameraShares } from './platform/auth/camera-shares.js';
import type { CameraTokens } from './platform/auth/camera-tokens.js';
import type { CameraRunner, PlacedCamera } from './platform/cluster/camera-runner.js';
import { type EventFence, fencedEvents } from './platform/cluster/fenced-events.js';
import { Membership } from './platform/cluster/membership.js';
import { WaitingEvents } from './platform/cluster/waiting-events.js';
import type { Settings } from './platform/config/settings.js';
import type { Metrics } from './platform/metrics/metrics.js';
import type { PageSettings } from './platform/settings/page-settings.js';
import { openClusterStorage } from './platform/storage/cluster-storage.js';
import { type ClusterStorage, openStorage, type Storage } from './platform/storage/index.js';
import { readJoinSecret } from './platform/storage/join-secret.js';
import { settingsOfNode } from './platform/storage/settings-of-node.js';
import { later } from './platform/threads/later.js';
import { PACKAGE_VERSION } from './version.js';

/** What this node has in memory of what nodes share. */
export interface SharedParts {
  cameras: CameraManager;
  warnings: Warnings;
  webhooks: WebhookService;
  pageSettings: PageSettings;
  accounts: Accounts;
  tokens: CameraTokens;
  shares: CameraShares;
  bus: EventBus;
  calibrations: Pick<Calibrations, 'reload'>;
  metrics: Metrics;
  app: FastifyInstance;
}

/** In the data folder: events that wait for the database. */
const WAITING_FILE = 'waiting-events.jsonl';
/** How long a lease lasts after it was extended, ms. */
const TTL_MS = 6000;
/** Shared out like a camera: the node that has it delivers to webhooks. */
const WEBHOOKS = ':webhooks';
/** Nodes that have been away for so long are forgotten, ms. */
const FORGET_MS = 7 * 24 * 3_600_000;

/** What the server stores, and the node that it is if others share it. @throws LookoutError if it can't be opened or joined */
export async function openStorageOrJoin(
  settings: Settings,
  log: Logger,
): Promise<{ storage: Storage; node: ClusterNode | undefined }> {
  const { database } = settings.cluster;
  if (database === undefined) return { storage: await openStorage(settings.data), node: undefined };
  const { node_url: url, join_secret_file: file } = settings.cluster;
  const [missing] = Object.entries({ '--node-url': url, '--join-secret-file': file }).filter(([, value]) => !value);
  if (missing) throw new LookoutError('config_invalid', `--cluster: expected ${missing[0]} too`);
  const joinSecret = readJoinSecret(file ?? '');
  const opened = await openClusterStorage({ data: settings.data, database, joinSecret, ttlMs: TTL_MS });
  try {
    const node = await ClusterNode.join({ settings, storage: opened, joinSecret, log });
    return { storage: node.storage, node };
  } catch (error) {
    await opened.close();
    throw error;
  }
}

interface JoinOptions {
  readonly settings: Settings;
  readonly storage: Awaited<ReturnType<typeof openClusterStorage>>;
  readonly joinSecret: string;
  readonly log: Logger;
}

/** This server as one of several nodes that share a database: brings its parts together with those of the others. */
export class ClusterNode implements NodeDirectory {
  readonly membership: Membership;
  readonly storage: Storage;
  readonly linkKey: Uint8Array;
  readonly links: ClusterLinks;
  /** Changes of events are told by the database, to all nodes in one order. */
  readonly told: Pick<EventBus, 'emit'> = { emit: () => {} };
  readonly #log: Logger;
  readonly #cluster: ClusterStorage;
  readonly #runner: LateRunner;
  readonly #file: WaitingEvents;
  /** What is found while the database is away. */
  readonly waiting: UnconfirmedEvents;

  static async join({ settings, storage, joinSecret, log }: JoinOptions): Promise<ClusterNode> {
    const { node_url: url = '', node_name: given, labels } = settings.cluster;
    const name =
      given ??
      (hostname()
        .replace(/[^\w.-]/g, '-')
        .slice(0, 64) ||
        'node');
    const cores = availableParallelism();
    const since = Date.now();
    const runner = new LateRunner();
    let node: ClusterNode | undefined;
    const self = () => {
      const load = Math.min(1, (loadavg()[0] ?? 0) / cores);
      return { id: name, name, url, version: PACKAGE_VERSION, labels, cores, load, since };
    };
    await storage.cluster.nodes.forgetSilent(FORGET_MS);
    const membership = await Membership.join({
      ...{ storage: storage.cluster, self, cameras: runner, ttlMs: TTL_MS, log, now: nowMs, later },
      ask: (peer, timeoutMs) =>
        node?.links.askOutage(peer, timeoutMs) ??
        Promise.reject(new LookoutError('unavailable', 'This node is starting')),
      onAgreed: () => node?.waiting.tell(),
      onLost: (reason) => runner.parts?.metrics.nodes.leaseLost(reason),
    });
    const onTrouble = (error: unknown) =>
      log.error({ err: error }, 'events that wait for the database are not in the file');
    const file = await WaitingEvents.open(join(storage.directory.path, WAITING_FILE), onTrouble);
    const joined = new ClusterNode(membership, runner, { storage, joinSecret, log, file });
    node = joined;
    return joined;
  }

  private constructor(
    membership: Membership,
    runner: LateRunner,
    { storage, joinSecret, log, file }: Omit<JoinOptions, 'settings'> & { file: WaitingEvents },
  ) {
    this.membership = membership;
    this.#runner = runner;
    this.#cluster = storage.cluster;
    this.#log = log;
    this.#file = file;
    const epochOf = (camera: string) => membership.keeper.epochOf(camera);
    const fence: EventFence = {
      epochOf,
      refused: (camera, epoch) => membership.keeper.refused(camera, epoch),
      waiting: (id) => file.get(id),
      isLost: () => this.isAway,
      onLost: (listener) => membership.onSilence((isSilent) => isSilent && listener()),
    };
    this.storage = {
      ...storage,
      ownSettings: settingsOfNode(storage.settings, membership.here),
      events: fencedEvents(storage.events, fence),
      close: async () => {
        await file.close();
        await storage.close();
      },
    };
    this.waiting = new UnconfirmedEvents({
      ...{ file, epochOf, isAgreed: () => membership.agreement.isAgreed },
      bus: { emit: (topic, happened) => runner.shared.bus.emit(topic, happened) },
      view: (event) => runner.shared.warnings.events.view(event),
    });
    this.linkKey = storage.linkKey;
    const onRefused = () => runner.parts?.metrics.nodes.linkRefused();
    const onPassed = (isAnswered: boolean) => runner.parts?.metrics.nodes.passedOn(isAnswered);
    this.links = new ClusterLinks({
      placement: membership,
      joinSecret,
      log,
      onRefused,
      onPassed,
      onOutage: () => membership.agreement.answer(),
    });
  }

  get here(): string {
    return this.membership.here;
  }

  /** Whether the database does not answer. */
  get isAway(): boolean {
    return this.membership.silenceMs !== undefined;
  }

  /** The node that reads a camera; undefined while none does. */
  nodeOf(camera: string): string | undefined {
    const owner = this.membership.ownerOf(camera);
    return owner === 'here' ? this.here : owner?.id;
  }

  /** Whether rules run for a camera here. */
  watches(camera: string): boolean {
    return this.membership.keeper.epochOf(camera) !== undefined;
  }

  /** Whether this node delivers to webhooks. */
  isSender = (): boolean => this.watches(WEBHOOKS);

  /** Nodes that are up, this one among them. */
  get nodesUp(): number {
    return Math.max(1, this.membership.nodes().filter(({ isAlive }) => isAlive).length);
  }

  /** What does not work at present; undefined if everything does. */
  get trouble(): string | undefined {
    const { silenceMs } = this.membership;
    if (silenceMs === undefined) return undefined;
    const kept = this.membership.agreement.isAgreed ? 'all nodes have lost it, and keep their cameras' : undefined;
    const waiting = this.#file.count > 0 ? `${this.#file.count} events wait for it` : undefined;
    const silent = `the database of the cluster has not answered for ${Math.round(silenceMs / 1000)} s`;
    return `${[silent, kept, waiting].filter((part) => part !== undefined).join('; ')}: check it and the network`;
  }

  list(): ClusterNodeView[] {
    const leases = this.membership.arriving();
    return this.membership.nodes().map(({ id, name, url, version, labels, load, since, isAlive, isDraining }) => {
      const arriving = leases.filter((lease) => lease.successor === id && lease.camera !== WEBHOOKS);
      return {
        ...{ id, name, url, version, labels: [...labels], load, since },
        state: isAlive ? (isDraining ? 'draining' : 'up') : 'away',
        cameras: this.membership.camerasOf(id).filter((camera) => camera !== WEBHOOKS),
        ...(arriving.length > 0 && { arriving: arriving.map(({ camera }) => camera) }),
      };
    });
  }

  setDraining(id: string, isDraining: boolean): Promise<void> {
    return this.membership.setDraining(id, isDraining);
  }

  /** Takes cameras from now on, and follows what other nodes change. @param closers gets what ends that, before the parts are closed */
  async start(parts: SharedParts, closers: Array<() => unknown>): Promise<void> {
    const { cameras, warnings, webhooks, bus, metrics } = parts;
    const { storage, membership } = this;
    this.#runner.parts = parts;
    this.#runner.onFault = (camera, error) =>
      this.#log.error({ camera, err: error }, 'events that another node has left open could not be ended');
    const feed = new EventFeed({
      store: storage.events,
      bus,
      view: (event) => warnings.events.view(event),
      adopt: (change) => warnings.events.adopt(change),
    });
    await feed.start();
    const reader = new ChangeReader({
      changes: this.#cluster.changes,
      readers: readersOf(parts, feed),
      onFault: (table, error) => this.#log.warn({ table, err: error }, 'changes by other nodes could not be read'),
      later,
    });
    membership.onMoved((camera) => {
      if (camera === WEBHOOKS) webhooks.start();
      else cameras.moved(camera);
    });
    metrics.nodes.watch(() => ({
      cameras: membership.keeper.held.filter((camera) => camera !== WEBHOOKS).length,
      nodesUp: this.nodesUp,
      silenceSeconds: (membership.silenceMs ?? 0) / 1000,
    }));
    closers.push(this.links.start(parts.app, cameras, bus));
    closers.push(() => membership.close());
    closers.push(() => reader.close());
    await this.#storeLeft(parts);
    membership.onSilence((isSilent) => {
      bus.emit('storage', { away: isSilent });
      if (!isSilent) warnings.storeWaiting();
    });
    reader.start();
    await membership.start();
  }

  async #storeLeft({ warnings, webhooks }: SharedParts): Promise<void> {
    const { left } = this.#file;
    if (left.size === 0) return;
    const stored = await storeLeft(this.#file, this.storage.events, (event, kind) =>
      webhooks.deliveries(warnings.events.view(event), kind),
    );
    this.#log.info({ found: left.size, stored }, 'events that waited for the database when the server ended');
  }
}

/** What reads each table again. */
function readersOf(parts: SharedParts, feed: EventFeed) {
  const { cameras, warnings, webhooks, pageSettings, accounts, tokens, shares, calibrations } = parts;
  return {
    cameras: () => cameras.reload(),
    camera_links: async (id: string | undefined) => {
      for (const camera of id === undefined ? cameras.all().map((one) => one.id) : [id]) await tokens.reload(camera);
    },
    camera_shares: () => shares.reload(),
    api_keys: () => accounts.refresh(),
    users: () => accounts.refresh(),
    rules: () => warnings.rules.reload(),
    settings: async () => {
      await pageSettings.reload();
      await warnings.rules.reload();
    },
    suppressions: () => warnings.suppressions.reload(),
    phrase_examples: () => calibrations.reload(),
    webhooks: () => webhooks.reload(),
    events: () => feed.read(),
  };
}

/** The cameras of this node; it joins before they are opened. */
class LateRunner implements CameraRunner {
  parts: SharedParts | undefined;
  onFault: (camera: string, error: unknown) => void = () => {};

  /** Not before the node has started. */
  get shared(): SharedParts {
    if (!this.parts) throw new Error('This node has not started');
    return this.parts;
  }

  all(): readonly PlacedCamera[] {
    const { cameras } = this.parts ?? {};
    if (!cameras) return [];
    const placed = cameras.all().map(({ id, origin, config: { needs = [], kind, url = '', sub_url } }) => ({
      ...{ id, needs, isLocal: origin !== 'api' },
      isExclusive: kind === 'push' || [url, sub_url].some((address) => address?.startsWith('/dev/')),
    }));
    return [...placed, { id: WEBHOOKS, needs: [], isLocal: false, isExclusive: true }];
  }

  run(id: string): void {
    void this.#camera(id)?.setElsewhere(false);
  }

  isReady(id: string): boolean {
    const state = this.#camera(id)?.state;
    // One that is off has nothing to wait for.
    return state === undefined || state === 'live' || state === 'off';
  }

  async stop(id: string): Promise<void> {
    const camera = this.#camera(id);
    // Nobody else can read one of this node's own settings.
    if (camera?.origin === 'api') await camera.setElsewhere(true);
  }

  acquired(id: string): void {
    if (id === WEBHOOKS) return;
    this.parts?.warnings.endLeftOpen(id).catch((error: unknown) => this.onFault(id, error));
  }

  #camera(id: string) {
    const cameras = this.parts?.cameras;
    return cameras?.has(id) ? cameras.camera(id) : undefined;
  }
}
