import { isDeepStrictEqual } from 'node:util';
import { nowMs, redactUrl, rtpTicksAt, rtpTimestampOf, toEpochMs } from '@lookout/media';
import {
  type CameraConfig,
  type CameraDetailStats,
  type CameraLinkInfo,
  type CameraPatch,
  type CameraTokens as CameraTokenPair,
  type Camera as CameraView,
  LookoutError,
  NewCamera,
  type ProbeRequest,
  type ProbeResult,
  takesTlsPin,
} from '@lookout/protocol';
import { looksLikeToken } from '../../platform/auth/camera-token.js';
import type { CameraTokens, GivenTokens } from '../../platform/auth/camera-tokens.js';
import { nameFromUrl, slugify, uniqueCameraId } from '../../platform/config/camera-id.js';
import { type CameraRepository, type RegionRepository, Turns } from '../../platform/storage/index.js';
import type { CameraChange, EventBus } from '../bus/event-bus.js';
import type { ObservedFrame } from '../live/observed-frame.js';
import { Camera } from './camera.js';
import type { CameraOptions, CameraOrigin } from './camera-options.js';
import { checkRemovedNames, hasRegions, type RegionNames } from './camera-regions.js';
import type { CameraService } from './camera-service.js';
import { checkClasses } from './check-classes.js';

export interface CameraManagerOptions {
  store: CameraRepository;
  /** What is drawn on cameras that the store does not have. */
  regions: RegionRepository;
  /** Creates and removes the cameras' links. */
  tokens: CameraTokens;
  bus: EventBus;
  /** Other nodes have the same stored cameras: each is closed here until this one is to read it. */
  isShared?: boolean;
  /** The options of a camera, once everything it needs is ready. */
  open(config: CameraConfig, origin: CameraOrigin): Promise<Omit<CameraOptions, 'hasFixedRegions'>>;
  probe(request: ProbeRequest): Promise<ProbeResult>;
  /** What an analysed frame of a camera shows; in the order of its frames. Must not throw. */
  onObserved(id: string, observed: ObservedFrame): void;
  /** A camera was removed, from the storage too: drop its metrics, and its place in keys. */
  onRemoved(id: string): void;
  /** Ids of the rules that refer to one of these zones or lines of a camera. */
  rulesNaming(cameraId: string, names: RegionNames): readonly string[];
  /** The default model. */
  model: () => { name: string; classNames: readonly string[] };
  /** @throws LookoutError `validation_failed` if no source can open the URL */
  checkUrl(url: string): void;
}

/** Maximum number of cameras per server. */
const MAX_CAMERAS = 256;
/** Such a camera would be hidden by `GET /api/cameras/stream`. */
const RESERVED_ID = 'stream';

/** All cameras: those from the settings, flags or demo, and those that were added and stored. */
export class CameraManager implements CameraService {
  readonly #options: CameraManagerOptions;
  readonly #cameras = new Map<string, Camera>();
  /** Changes are stored one at a time, so that each starts from the one before. */
  readonly #turns = new Turns();

  constructor(options: CameraManagerOptions) {
    this.#options = options;
  }

  /** Opens a camera that is not to be stored or has been stored already. */
  async open(config: CameraConfig, origin: CameraOrigin, givenTokens: GivenTokens = {}): Promise<Camera> {
    await this.#options.tokens.add(config.id, config.kind === 'push' ? ['publish', 'view'] : ['view'], givenTokens);
    const hasFixedRegions = origin !== 'api' && hasRegions(config);
    const drawn = origin === 'api' || hasFixedRegions ? undefined : await this.#options.regions.get(config.id);
    const options = await this.#options.open({ ...config, ...drawn }, origin);
    const camera = new Camera(
      { ...options, hasFixedRegions, isElsewhere: this.#options.isShared === true && origin === 'api' },
      {
        onChange: (kind) => this.#announce(kind, config.id),
        onLives: (lives) => this.#options.bus.emit('track', { camera: config.id, lives }),
        onObserved: (observed) => this.#options.onObserved(config.id, observed),
      },
    );
    this.#cameras.set(config.id, camera);
    this.#announce('opened', config.id);
    return camera;
  }

  /** Says nothing about a camera that is being created or has been removed. */
  #announce(kind: CameraChange['kind'], id: string): void {
    const camera = this.#cameras.get(id);
    if (camera) this.#options.bus.emit('camera', { kind, camera: camera.view() });
  }

  /** The default model changed, which the cameras' warnings depend on. */
  modelChanged(): void {
    for (const id of this.#cameras.keys()) this.#announce('changed', id);
  }

  all(): readonly Camera[] {
    return [...this.#cameras.values()];
  }

  has(id: string): boolean {
    return this.#cameras.has(id);
  }

  camera(id: string): Camera {
    const camera = this.#cameras.get(id);
    if (!camera) {
      // The id may be an expired link's token, which an error must not reveal.
      const shown = looksLikeToken(id) ? 'behind this link' : `"${id.slice(0, 64)}"`;
      throw new LookoutError('not_found', `There is no camera ${shown}`);
    }
    return camera;
  }

  list(): CameraView[] {
    return this.all().map((camera) => camera.view());
  }

  get(id: string): CameraView {
    return this.camera(id).view();
  }

  async create(given: NewCamera): Promise<CameraView> {
    const camera = await this.#turns.take(() => this.#create(given));
    await this.#endDemo();
    return camera.view();
  }

  async #create(given: NewCamera): Promise<Camera> {
    if (this.#cameras.size >= MAX_CAMERAS) {
      throw new LookoutError('conflict', `This server already has ${MAX_CAMERAS} cameras, its maximum`);
    }
    const { url } = given;
    for (const address of [url, given.sub_url]) if (address !== undefined) this.#options.checkUrl(address);
    checkClasses(given.detect.classes ?? [], this.#options.model());
    this.#checkMasks(given.masks);
    const name = given.name ?? (url === undefined ? 'Camera' : nameFromUrl(url));
    const taken = (id: string) => this.#cameras.has(id) || id === RESERVED_ID;
    const id = given.id ?? uniqueCameraId(slugify(name), taken);
    if (id === RESERVED_ID) throw new LookoutError('validation_failed', `id: "${id}" is reserved`);
    if (taken(id)) throw new LookoutError('conflict', `A camera "${id}" already exists`);
    const config: CameraConfig = {
      id,
      name,
      kind: given.kind,
      ...(url !== undefined && { url }),
      ...(given.sub_url !== undefined && { sub_url: given.sub_url }),
      ...(given.tls_pin !== undefined && { tls_pin: given.tls_pin }),
      enabled: given.enabled,
      ...(given.loop !== undefined && { loop: given.loop }),
      ...(given.needs !== undefined && { needs: given.needs }),
      detect: given.detect,
      zones: given.zones,
      lines: given.lines,
      masks: given.masks,
    };
    const { store, tokens } = this.#options;
    await store.insert(config);
    try {
      return await this.open(config, 'api');
    } catch (error) {
      tokens.remove(id);
      await store.remove(id);
      throw error;
    }
  }

  async appeared({ id, name, url }: { id: string; name: string; url: string }) {
    const known = this.#cameras.get(id);
    if (!known) return { camera: await this.create(NewCamera.parse({ id, name, url })), added: true };
    const { kind, url: address = '' } = known.config;
    if (kind === 'push' || redactUrl(address) !== redactUrl(url)) {
      const other = kind === 'push' ? 'is published to directly' : 'reads from another address';
      throw new LookoutError('conflict', `Camera "${id}" ${other}`, { hint: 'Give the stream another name.' });
    }
    const camera = address === url ? known.view() : await this.update(id, { url });
    known.retry();
    return { camera, added: false };
  }

  async update(id: string, patch: CameraPatch, force = false): Promise<CameraView> {
    return (await this.#turns.take(() => this.#update(id, patch, force))).view();
  }

  async #update(id: string, patch: CameraPatch, force: boolean): Promise<Camera> {
    const camera = hasOnlyRegions(patch) ? this.camera(id) : this.#own(id);
    if (camera.hasFixedRegions) {
      const message = `The areas and lines of camera "${id}" are in lookout.yaml and can only be changed there`;
      throw new LookoutError('forbidden', message);
    }
    if (!force) checkRemovedNames(camera.config, patch, (names) => this.#options.rulesNaming(id, names));
    for (const field of ['url', 'sub_url'] as const) {
      const address = patch[field];
      if (address == null) continue;
      if (camera.config.kind === 'push') {
        const message = `${field}: camera "${id}" receives published frames and has no address`;
        throw new LookoutError('validation_failed', message);
      }
      this.#options.checkUrl(address);
    }
    const { detect, tls_pin, sub_url, ...plain } = patch;
    const { classes, ...rest } = detect ?? {};
    // Classes it already had may belong to another model: they may stay, with a warning.
    const had = camera.config.detect.classes ?? [];
    checkClasses(classes?.filter((name) => !had.includes(name)) ?? [], this.#options.model());
    this.#checkMasks(patch.masks ?? [], camera.config.masks);
    const config: CameraConfig = {
      ...camera.config,
      ...defined(plain),
      ...(sub_url != null && { sub_url }),
      ...(tls_pin != null && { tls_pin }),
      detect: { ...camera.config.detect, ...defined(rest), ...(classes != null && { classes }) },
    };
    if (classes === null) delete config.detect.classes;
    if (sub_url === null) delete config.sub_url;
    if (tls_pin === null) delete config.tls_pin;
    if (config.tls_pin !== undefined && ![config.url, config.sub_url].some(takesTlsPin)) {
      if (tls_pin != null)
        throw new LookoutError('validation_failed', 'tls_pin: expected an rtsps:// or https:// address');
      // The new address has no TLS.
      delete config.tls_pin;
    }
    if (camera.origin === 'api') await this.#options.store.update(config);
    else await this.#options.regions.put(id, { zones: config.zones, lines: config.lines, masks: config.masks });
    camera.configure(config);
    if (patch.enabled) camera.retry();
    return camera;
  }

  /** Masks of classes that the model does not have would silently hide nothing. @param before classes in these may belong to another model */
  #checkMasks(masks: CameraConfig['masks'], before: CameraConfig['masks'] = []): void {
    const had = new Set(before.flatMap(({ classes = [] }) => classes));
    for (const [i, { classes = [] }] of masks.entries()) {
      const added = classes.filter((name) => !had.has(name));
      checkClasses(added, this.#options.model(), `masks.${i}.classes`);
    }
  }

  async remove(id: string): Promise<void> {
    await this.#end(() => this.#own(id));
  }

  /** The demo camera exists only while there is no other. */
  async #endDemo(): Promise<void> {
    const isDemo = ({ origin }: Camera) => origin === 'demo';
    while (this.all().some(isDemo)) await this.#end(() => this.all().find(isDemo));
  }

  async #end(find: () => Camera | undefined): Promise<void> {
    const closed = await this.#turns.take(async () => {
      const camera = find();
      if (!camera) return undefined;
      await this.#options.store.remove(camera.id);
      return this.#forget(camera);
    });
    await closed?.done;
  }

  /** Takes over the cameras that are stored now, by whichever node. @throws LookoutError `storage_failed` */
  async reload(): Promise<void> {
    const closing = await this.#turns.take(async () => {
      const stored = new Map((await this.#options.store.list()).map((config) => [config.id, config]));
      const gone = this.all().filter(({ id, origin }) => origin === 'api' && !stored.has(id));
      for (const config of stored.values()) {
        const known = this.#cameras.get(config.id);
        if (!known) await this.open(config, 'api');
        else if (known.origin === 'api' && !isDeepStrictEqual(known.config, config)) known.configure(config);
      }
      return gone.map((camera) => this.#forget(camera));
    });
    await Promise.all(closing.map(({ done }) => done));
  }

  /** Another node reads a camera now, or none. */
  moved(id: string): void {
    this.#announce('changed', id);
  }

  #forget(camera: Camera): { done: Promise<void> } {
    const { id } = camera;
    this.#announce('removed', id);
    this.#cameras.delete(id);
    this.#options.tokens.remove(id);
    this.#options.onRemoved(id);
    // Closing takes as long as the source does, and holds up no other change.
    return { done: camera.close() };
  }

  tokens(id: string): CameraTokenPair {
    return this.#options.tokens.of(this.camera(id).id);
  }

  renewTokens(id: string): Promise<CameraTokenPair> {
    return this.#turns.take(() => this.#options.tokens.renew(this.camera(id).id));
  }

  probe(request: ProbeRequest): Promise<ProbeResult> {
    return this.#options.probe(request);
  }

  link(id: string): CameraLinkInfo {
    const camera = this.camera(id);
    const { kind, state, state_since, width, height, video } = camera.view();
    const { url, name: given } = camera.config;
    const now = nowMs();
    // A default name is derived from the address, which only the owner may see.
    const name = url !== undefined && given === nameFromUrl(url) ? 'Camera' : given;
    const size = width === undefined ? {} : { width, height };
    const clock = { now: toEpochMs(now), rtp_timestamp: rtpTimestampOf(rtpTicksAt(now)) };
    return {
      ...{ name, kind, may: [], state, state_reason: camera.publicReason, state_since, ...size },
      ...(video && { video }),
      clock,
    };
  }

  stats(id: string): CameraDetailStats {
    return this.camera(id).report();
  }

  async close(): Promise<void> {
    await Promise.all(this.all().map((camera) => camera.close()));
    this.#cameras.clear();
  }

  #own(id: string): Camera {
    const camera = this.camera(id);
    if (camera.origin === 'api') return camera;
    const where = { config: 'lookout.yaml', cli: 'a --source flag', demo: 'the demo' }[camera.origin];
    throw new LookoutError('forbidden', `Camera "${id}" is defined by ${where} and can only be changed there`);
  }
}

const REGION_FIELDS = new Set(['zones', 'lines', 'masks']);

/** Whether a change is about what is drawn on the picture and nothing else. */
function hasOnlyRegions(patch: CameraPatch): boolean {
  const fields = Object.keys(defined(patch));
  return fields.length > 0 && fields.every((field) => REGION_FIELDS.has(field));
}

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
