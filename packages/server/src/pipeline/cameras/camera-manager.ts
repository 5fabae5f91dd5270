import {
  type CameraConfig,
  type CameraDetailStats,
  type CameraLinkInfo,
  type CameraPatch,
  type CameraTokens as CameraTokenPair,
  type Camera as CameraView,
  LookoutError,
  type NewCamera,
  type ProbeRequest,
  type ProbeResult,
  takesTlsPin,
} from '@lookout/protocol';
import { type CameraTokens, type GivenTokens, looksLikeToken } from '../../platform/auth/camera-tokens.js';
import { nameFromUrl, slugify, uniqueCameraId } from '../../platform/config/camera-id.js';
import type { CameraStore } from '../../platform/storage/camera-store.js';
import { Camera, type CameraOptions, type CameraOrigin } from './camera.js';
import { checkRemovedNames, type RegionNames } from './camera-regions.js';
import type { CameraService } from './camera-service.js';
import { checkClasses } from './check-classes.js';

export interface CameraManagerOptions {
  store: CameraStore;
  /** Creates and removes the cameras' links. */
  tokens: CameraTokens;
  /** Options shared by all cameras; the manager adds config and origin. */
  open(config: CameraConfig, origin: CameraOrigin): CameraOptions;
  probe(request: ProbeRequest): Promise<ProbeResult>;
  /** A camera was removed: drop its metrics and keys. */
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

/** All cameras: those from the settings, flags or demo, and those that were added and stored. */
export class CameraManager implements CameraService {
  readonly #options: CameraManagerOptions;
  readonly #cameras = new Map<string, Camera>();
  /** At most one per open connection. */
  readonly #openListeners = new Set<(camera: Camera) => void>();

  constructor(options: CameraManagerOptions) {
    this.#options = options;
  }

  /** Opens a camera that is not to be stored or has been stored already. */
  open(config: CameraConfig, origin: CameraOrigin, givenTokens: GivenTokens = {}): Camera {
    this.#options.tokens.add(config.id, config.kind === 'push' ? ['publish', 'view'] : ['view'], givenTokens);
    const camera = new Camera(this.#options.open(config, origin));
    this.#cameras.set(config.id, camera);
    for (const listener of this.#openListeners) listener(camera);
    return camera;
  }

  /** Calls the listener for every camera opened from now on. @returns an unsubscribe function */
  onOpened(listener: (camera: Camera) => void): () => void {
    this.#openListeners.add(listener);
    return () => this.#openListeners.delete(listener);
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
    if (this.#cameras.size >= MAX_CAMERAS) {
      throw new LookoutError('conflict', `This server already has ${MAX_CAMERAS} cameras, its maximum`);
    }
    const { url } = given;
    if (url !== undefined) this.#options.checkUrl(url);
    checkClasses(given.detect.classes ?? [], this.#options.model());
    const name = given.name ?? (url === undefined ? 'Camera' : nameFromUrl(url));
    const taken = (id: string) => this.#cameras.has(id);
    const id = given.id ?? uniqueCameraId(slugify(name), taken);
    if (taken(id)) throw new LookoutError('conflict', `A camera "${id}" already exists`);
    const config: CameraConfig = {
      id,
      name,
      kind: given.kind,
      ...(url !== undefined && { url }),
      ...(given.tls_pin !== undefined && { tls_pin: given.tls_pin }),
      enabled: given.enabled,
      ...(given.loop !== undefined && { loop: given.loop }),
      detect: given.detect,
      zones: given.zones,
      lines: given.lines,
      masks: given.masks,
    };
    this.#options.store.insert(config);
    const camera = this.open(config, 'api');
    await this.#endDemo();
    return camera.view();
  }

  async update(id: string, patch: CameraPatch, force = false): Promise<CameraView> {
    const camera = this.#own(id);
    if (!force) checkRemovedNames(camera.config, patch, (names) => this.#options.rulesNaming(id, names));
    if (patch.url !== undefined) {
      if (camera.config.kind === 'push') {
        throw new LookoutError('validation_failed', `url: camera "${id}" receives published frames and has no address`);
      }
      this.#options.checkUrl(patch.url);
    }
    const { detect, tls_pin, ...plain } = patch;
    const { classes, ...rest } = detect ?? {};
    // Classes it already had may belong to another model: they may stay, with a warning.
    const had = camera.config.detect.classes ?? [];
    checkClasses(classes?.filter((name) => !had.includes(name)) ?? [], this.#options.model());
    const config: CameraConfig = {
      ...camera.config,
      ...defined(plain),
      ...(tls_pin != null && { tls_pin }),
      detect: { ...camera.config.detect, ...defined(rest), ...(classes != null && { classes }) },
    };
    if (classes === null) delete config.detect.classes;
    if (tls_pin === null) delete config.tls_pin;
    if (config.tls_pin !== undefined && !takesTlsPin(config.url)) {
      if (tls_pin != null)
        throw new LookoutError('validation_failed', 'tls_pin: expected an rtsps:// or https:// address');
      // The new address has no TLS.
      delete config.tls_pin;
    }
    this.#options.store.update(config);
    camera.configure(config);
    if (patch.enabled) camera.playAgain();
    return camera.view();
  }

  async remove(id: string): Promise<void> {
    const camera = this.#own(id);
    this.#options.store.remove(id);
    await this.#end(camera);
  }

  /** The demo camera exists only while there is no other. */
  async #endDemo(): Promise<void> {
    for (const camera of this.all()) if (camera.origin === 'demo') await this.#end(camera);
  }

  async #end(camera: Camera): Promise<void> {
    const { id } = camera;
    this.#cameras.delete(id);
    this.#options.tokens.remove(id);
    const closed = camera.close();
    // Must run before the first await: a new camera may take the id meanwhile.
    this.#options.onRemoved(id);
    await closed;
  }

  tokens(id: string): CameraTokenPair {
    return this.#options.tokens.of(this.camera(id).id);
  }

  renewTokens(id: string): CameraTokenPair {
    return this.#options.tokens.renew(this.camera(id).id);
  }

  probe(request: ProbeRequest): Promise<ProbeResult> {
    return this.#options.probe(request);
  }

  link(id: string): CameraLinkInfo {
    const camera = this.camera(id);
    const { kind, state, state_since, width, height } = camera.view();
    const { url, name: given } = camera.config;
    // A default name is derived from the address, which only the owner may see.
    const name = url !== undefined && given === nameFromUrl(url) ? 'Camera' : given;
    const size = width === undefined ? {} : { width, height };
    return { name, kind, may: [], state, state_reason: camera.publicReason, state_since, ...size };
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

function defined<T extends object>(values: T): Partial<T> {
  return Object.fromEntries(Object.entries(values).filter(([, value]) => value !== undefined)) as Partial<T>;
}
