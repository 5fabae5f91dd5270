import { mkdtempSync, rmSync } from 'node:fs';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Camera, type CameraDetailStats, LookoutError, type Model, NewCamera } from '@lookout/protocol';
import { pino } from 'pino';
import { buildHttpApp, type HttpAppOptions } from '../api/app.js';
import { UploadLimit } from '../api/http/upload-limit.js';
import type { ModelService } from '../api/routes/models.js';
import { SocketRoutes, type SocketRoutesOptions } from '../api/sockets/socket-routes.js';
import type { CameraService } from '../pipeline/cameras/camera-service.js';
import { Accounts } from '../platform/auth/accounts.js';
import type { ApiKeys } from '../platform/auth/api-keys.js';
import { AuditLog } from '../platform/auth/audit-log.js';
import { Gate, type SignInPolicy, trustsLocal } from '../platform/auth/gate.js';
import { SharedLimits } from '../platform/auth/shared-limits.js';
import { slugify } from '../platform/config/camera-id.js';
import { Metrics } from '../platform/metrics/metrics.js';
import type { Storage } from '../platform/storage/index.js';
import { openTestStorage } from './test-storage.js';

export interface TestApp {
  readonly base: string;
  readonly port: number;
  readonly gate: Gate;
  readonly keys: ApiKeys;
  readonly sockets: SocketRoutes;
  readonly storage: Storage;
  readonly metrics: Metrics;
  /** Every line logged so far. */
  readonly log: string[];
  close(): Promise<void>;
}

export interface TestAppOptions {
  host?: string;
  signIn?: SignInPolicy;
  requestsPerSecond?: number;
  monotonicNow?: () => number;
  limits?: SocketRoutesOptions['limits'];
  uploads?: UploadLimit;
  maxMessageMs?: number;
  routes?: (sockets: SocketRoutes) => void;
  app?: Partial<HttpAppOptions>;
}

/** The HTTP app on a real port with real storage, and cameras that are never opened: for tests of the HTTP side alone. */
export async function startTestApp(options: TestAppOptions = {}): Promise<TestApp> {
  const directory = mkdtempSync(join(tmpdir(), 'lookout-http-'));
  const storage = openTestStorage(directory);
  const log: string[] = [];
  const logger = pino({ level: 'trace' }, { write: (line) => void log.push(line) });
  const metrics = new Metrics();
  // The guarded address is an option, since the socket itself is always local.
  const { host = '127.0.0.1', signIn = 'auto', requestsPerSecond, monotonicNow } = options;
  const isTrusted = trustsLocal({ host, signIn });
  const accounts = await Accounts.open({ store: storage, trustsLocal: isTrusted });
  const { keys } = accounts;
  const gate = new Gate({
    trustsLocal: isTrusted,
    accounts,
    ...(requestsPerSecond && { requestsPerSecond }),
    ...(monotonicNow && { limits: new SharedLimits({ now: monotonicNow }) }),
  });
  const limits = options.limits ?? { sockets: 2000, sockets_per_address: 512 };
  const { maxMessageMs, uploads = new UploadLimit() } = options;
  const relay = options.app?.links?.relay;
  const sockets = new SocketRoutes({ logger, limits, uploads, relay, ...(maxMessageMs && { maxMessageMs }) });
  options.routes?.(sockets);
  const app = buildHttpApp({
    logger,
    gate,
    accounts,
    audit: new AuditLog(storage.audit, logger),
    metrics,
    sockets,
    cameras: new IdleCameras(),
    models: new NoModels(),
    version: '0.0.0',
    readiness: async () => ({ storage: await storage.check() }),
    device: () => ({ asked: 'cpu', used: 'cpu', reason: 'as the settings say', tried: [] }),
    timezone: () => 'Europe/Berlin',
    webRoot: join(directory, 'no-web-app'),
    ...options.app,
  });
  const close = async () => {
    await sockets.closeAll();
    await app.close();
    metrics.close();
    await storage.close();
    rmSync(directory, { recursive: true, force: true });
  };
  await app.listen({ host: '127.0.0.1', port: 0 });
  const { port } = app.server.address() as AddressInfo;
  return { base: `http://127.0.0.1:${port}`, port, gate, keys, sockets, storage, metrics, log, close };
}

class NoModels implements ModelService {
  async list(): Promise<Model[]> {
    return [];
  }

  async load(name: string): Promise<Model> {
    throw new LookoutError('model_not_found', `There is no model ${name}`);
  }

  async unload(name: string): Promise<void> {
    await this.load(name);
  }
}

/** Cameras as the routes see them; none is opened. */
class IdleCameras implements CameraService {
  readonly #cameras = new Map<string, Camera>();

  list(): Camera[] {
    return [...this.#cameras.values()];
  }

  get(id: string): Camera {
    const camera = this.#cameras.get(id);
    if (!camera) throw new LookoutError('not_found', `There is no camera "${id}"`);
    return camera;
  }

  async create({ id, name = 'camera', ...rest }: NewCamera): Promise<Camera> {
    const state = { state: 'off', state_reason: 'not opened', state_since: 0, origin: 'api' } as const;
    const camera: Camera = { ...rest, ...state, id: id ?? slugify(name), name };
    if (this.#cameras.has(camera.id)) throw new LookoutError('conflict', `A camera "${camera.id}" already exists`);
    this.#cameras.set(camera.id, camera);
    return camera;
  }

  async appeared(stream: { id: string; name: string; url: string }) {
    return { camera: await this.create(NewCamera.parse(stream)), added: true };
  }

  async update(id: string, { name }: { name?: string }): Promise<Camera> {
    const camera = this.get(id);
    this.#cameras.set(id, { ...camera, name: name ?? camera.name });
    return this.get(id);
  }

  async remove(id: string): Promise<void> {
    this.get(id);
    this.#cameras.delete(id);
  }

  async probe({ url }: { url: string }) {
    return { ok: false as const, url, code: 'camera_unreachable', reason: 'not tried', hint: 'none', elapsed_ms: 0 };
  }

  tokens() {
    return {};
  }

  async renewTokens(id: string) {
    this.get(id);
    return {};
  }

  link(id: string) {
    const { name, kind, state, state_reason, state_since } = this.get(id);
    return { name, kind, may: [], state, state_reason, state_since, clock: { now: 0, rtp_timestamp: 0 } };
  }

  stats(id: string): CameraDetailStats {
    this.get(id);
    throw new Error('a mistake inside, with a secret: rtsp://u:p@h');
  }
}
