import { type CreatedSession, type ImageDetections, LookoutError, type NewSession } from '@lookout/protocol';
import {
  authorization,
  type Endpoint,
  endpointOf,
  type RequestOptions,
  request,
  socketUrl,
} from './connection/request.js';
import { type OpenSocket, platformSocket } from './connection/socket.js';
import { type DetectOptions, detectImage, type ImageInput, settingsQuery } from './detect/detect-image.js';
import type { DetectionSession, OpenDetectionSessionOptions } from './detect/detect-types.js';
import { LiveDetectionSession } from './detect/live-detection-session.js';
import { LOAD_TIMEOUT_MS } from './detect/session-transport.js';
import { SseTransport } from './detect/sse-transport.js';
import { WsTransport } from './detect/ws-transport.js';
import {
  type PublishTrackOptions,
  startCaptureWorker,
  type TrackPublisher,
  WorkerTrackPublisher,
} from './publish/capture/track-publisher.js';
import { openPublisher, publishUrl } from './publish/open-publisher.js';
import type { Publisher, PublishOptions } from './publish/publish-types.js';
import { systemClock } from './timing/clock.js';
import type {
  ApiKey,
  Camera,
  CameraDetailStats,
  CameraLinkInfo,
  CameraPatch,
  CameraStats,
  CameraTokens,
  CreatedApiKey,
  DetectionHealth,
  DetectionTotals,
  Health,
  LoadModel,
  Model,
  NewApiKey,
  NewCameraInput,
  ProbeResult,
  Session,
  SignInCode,
  SystemInfo,
  Version,
} from './types.js';
import { AutoWatch } from './watch/auto-watch.js';
import { type DetectionsOptions, type DetectionsSubscription, followDetections } from './watch/detections.js';
import type { SharedWatch, SharedWatchOptions } from './watch/shared-types.js';
import { LiveSharedWatch } from './watch/shared-watch.js';
import { LiveWatch } from './watch/watch.js';
import type { Watch, WatchOptions } from './watch/watch-types.js';

export interface LookoutClientOptions {
  /** Where the server is, e.g. `http://127.0.0.1:8080`. In a page: its own origin when absent. */
  baseUrl?: string;
  /** `lk_…`. In a page leave it out and sign in: browsers cannot send it with a WebSocket. */
  apiKey?: string;
  fetch?: typeof fetch;
  openSocket?: OpenSocket;
}

const DEFAULT_BASE_URL = 'http://127.0.0.1:8080';
/** So long may it take to find out why a view was refused. */
const EXPLAIN_TIMEOUT_MS = 5000;

/**
 * Everything a Lookout server offers to viewers and owners, typed from the protocol. All calls reject with a LookoutError whose
 * message is meant for people.
 */
export class LookoutClient {
  readonly #endpoint: Endpoint;
  readonly #openSocket: OpenSocket;

  /** @throws TypeError when `baseUrl` is not an http(s) URL */
  constructor({ baseUrl, apiKey, fetch: givenFetch, openSocket }: LookoutClientOptions = {}) {
    this.#endpoint = endpointOf(baseUrl ?? globalThis.location?.origin ?? DEFAULT_BASE_URL, apiKey, givenFetch);
    this.#openSocket = openSocket ?? platformSocket(authorization(this.#endpoint));
  }

  readonly cameras = {
    list: (options?: RequestOptions) => this.#get<Camera[]>('/api/cameras', options),
    get: (id: string, options?: RequestOptions) => this.#get<Camera>(cameraPath(id), options),
    create: (camera: NewCameraInput, options?: RequestOptions) =>
      this.#call<Camera>('POST', '/api/cameras', camera, options),
    update: (id: string, patch: CameraPatch, options?: RequestOptions) =>
      this.#call<Camera>('PATCH', cameraPath(id), patch, options),
    remove: (id: string, options?: RequestOptions) => this.#call<void>('DELETE', cameraPath(id), undefined, options),
    /** New links; whoever came in with the old ones is cut off. */
    renewTokens: (id: string, options?: RequestOptions) =>
      this.#call<CameraTokens>('POST', `${cameraPath(id)}/tokens`, undefined, options),
    /** Tries a URL for at most 5 s. What the camera does wrong is in the result, not an exception. `tlsPin`: a certificate to accept. */
    probe: (url: string, { tlsPin, ...options }: RequestOptions & { tlsPin?: string | undefined } = {}) =>
      this.#call<ProbeResult>('POST', '/api/cameras/probe', { url, ...(tlsPin && { tls_pin: tlsPin }) }, options),
    stats: (id: string, options?: RequestOptions) => this.#get<CameraDetailStats>(`${cameraPath(id)}/stats`, options),
  };

  readonly keys = {
    list: (options?: RequestOptions) => this.#get<ApiKey[]>('/api/keys', options),
    /** Makes a key. The key itself is in this answer alone. */
    create: (key: NewApiKey, options?: RequestOptions) => this.#call<CreatedApiKey>('POST', '/api/keys', key, options),
    /** The key is not valid any more; what it let in ends. */
    revoke: (id: string, options?: RequestOptions) =>
      this.#call<void>('DELETE', `/api/keys/${encodeURIComponent(id)}`, undefined, options),
  };

  readonly models = {
    list: (options?: RequestOptions) => this.#get<Model[]>('/api/models', options),
    /** Loads a model; with `default: true` cameras, and clients that name none, go on with it. */
    load: (name: string, body: LoadModel = {}, options?: RequestOptions) =>
      this.#call<Model>('POST', `/api/models/${encodeURIComponent(name)}/load`, body, options),
    unload: (name: string, options?: RequestOptions) =>
      this.#call<void>('DELETE', `/api/models/${encodeURIComponent(name)}`, undefined, options),
  };

  readonly session = {
    /** Who we are. */
    get: (options?: RequestOptions) => this.#get<Session>('/api/session', options),
    /** Signs a browser in: the answer sets a cookie that scripts cannot read. */
    signIn: (key: string, options?: RequestOptions) => this.#call<Session>('POST', '/api/session', { key }, options),
    /** A code that signs another device in as us, good once and for five minutes: that device opens its `path`. */
    createCode: (options?: RequestOptions) => this.#call<SignInCode>('POST', '/api/sign-in-codes', undefined, options),
    signOut: (options?: RequestOptions) => this.#call<void>('DELETE', '/api/session', undefined, options),
  };

  readonly system = {
    health: (options?: RequestOptions) => this.#get<Health>('/healthz', options),
    /** How other machines reach the server. */
    info: (options?: RequestOptions) => this.#get<SystemInfo>('/api/system', options),
    version: (options?: RequestOptions) => this.#get<Version>('/version', options),
  };

  /**
   * Where a camera's link leads, and what it may be used for.
   * @param token of the link; a camera id where we are signed in
   */
  link(token: string, options?: RequestOptions): Promise<CameraLinkInfo> {
    return this.#get<CameraLinkInfo>(`/api/camera/${encodeURIComponent(token)}`, options);
  }

  /** @param token a camera id where we are signed in, or a view token */
  viewStats(token: string, options?: RequestOptions): Promise<CameraStats> {
    return this.#get<CameraStats>(`/api/camera/${encodeURIComponent(token)}/stats`, options);
  }

  /**
   * Watches a camera until closed. Frames come newest first and are never queued; each is acknowledged when `onFrame` is done with it.
   * @param token a camera id where we are signed in, or a view token
   */
  watch(token: string, options: WatchOptions): Watch {
    if (options.every === 'auto') return new AutoWatch(options, (leg) => this.watch(token, leg));
    return new LiveWatch(options, {
      openSocket: this.#openSocket,
      url: this.viewUrl(token, options),
      explain: () => this.#explain(token),
    });
  }

  /**
   * Publishes JPEGs as a camera until closed: `publisher.send(jpeg)` whenever there is one. What cannot go at once is dropped, never
   * queued. In a browser, `publishTrack` publishes a camera or a screen.
   * @param token a publish token
   */
  publish(token: string, options: PublishOptions = {}): Publisher {
    return openPublisher(this.#endpoint, this.#openSocket, token, options);
  }

  /**
   * Publishes a camera or a screen from a browser until closed: `publishTrack(token).setTrack(track)`. Encoding and the socket live
   * in a worker, so they cost the page nothing and go on while it is hidden.
   * @param token a publish token
   * @throws ReferenceError outside browsers
   */
  publishTrack(token: string, options: PublishTrackOptions = {}): TrackPublisher {
    return new WorkerTrackPublisher({ baseUrl: this.#endpoint.baseUrl, token }, options, startCaptureWorker());
  }

  /**
   * Watches a camera as plain JPEGs of a quality that follows what the line takes, shared with all who watch the same. `watch` has the
   * boxes and ages too.
   * @throws RangeError for a quality outside 30..95
   */
  watchShared(options: SharedWatchOptions): SharedWatch {
    const { camera } = options;
    return new LiveSharedWatch(options, {
      openSocket: this.#openSocket,
      url: (quality) => this.sharedUrl(quality, options),
      cameraFps: async () => {
        const token = camera ?? (await this.cameras.list())[0]?.id;
        return token === undefined ? undefined : (await this.viewStats(token)).fps.in;
      },
      explain: () => (camera === undefined ? Promise.resolve(undefined) : this.#explain(camera)),
    });
  }

  /** The `ws:` URL that `watchShared` opens for a quality. */
  sharedUrl(quality: number, { camera, mode }: Partial<SharedWatchOptions> = {}): string {
    const url = socketUrl(this.#endpoint, `/websocket/${quality}`);
    if (camera !== undefined) url.searchParams.set('camera', camera);
    if (mode !== undefined) url.searchParams.set('mode', mode);
    return url.href;
  }

  /** Detections of one camera, or of all where `cameraId` is undefined, without pictures. */
  detections(cameraId: string | undefined, options: DetectionsOptions): DetectionsSubscription {
    return followDetections(this.#endpoint, cameraId, options);
  }

  /**
   * What is in one picture, without a session.
   * @throws RequestError naming the field that is wrong; LookoutError `frame_too_large` before it is sent; TypeError for no picture
   */
  detect(image: ImageInput, options?: DetectOptions): Promise<ImageDetections> {
    return detectImage(this.#endpoint, image, options);
  }

  /**
   * Opens a detection session: frames in, detections out, each frame answered once and none queued. After a lost connection it comes
   * back with the settings it had.
   * @throws LookoutError why there is none: what is wrong with the settings, with the key, or that nobody is there; RangeError, TypeError
   *   for options out of range
   */
  openDetectionSession(options: OpenDetectionSessionOptions = {}): Promise<DetectionSession> {
    const { transport = 'ws', settings = {} } = options;
    return LiveDetectionSession.open(options, {
      transport: (events) =>
        transport === 'sse'
          ? new SseTransport({ endpoint: this.#endpoint, settings }, events)
          : new WsTransport(
              {
                openSocket: this.#openSocket,
                url: (current) => this.detectionUrl(current),
                settings,
                explain: (current) => this.#explainSession(current),
                clock: systemClock,
              },
              events,
            ),
    });
  }

  readonly detection = {
    health: (options?: RequestOptions) => this.#get<DetectionHealth>('/stream/health', options),
    /** All sessions together. */
    totals: (options?: RequestOptions) => this.#get<DetectionTotals>('/stream/stats', options),
  };

  /** The `ws:` URL that `openDetectionSession` opens. @throws TypeError for a class whose name has a comma */
  detectionUrl(settings: NewSession = {}): string {
    return socketUrl(this.#endpoint, `/stream/detection${settingsQuery(settings)}`).href;
  }

  /** The `ws:` URL that `watch` opens; with `every: 'auto'` the one it begins with. */
  viewUrl(token: string, { mode = 'overlay', fps, quality, every }: Partial<WatchOptions> = {}): string {
    const url = socketUrl(this.#endpoint, `/ws/view/${encodeURIComponent(token)}`);
    url.searchParams.set('mode', mode);
    url.searchParams.set('ack', '1');
    if (fps !== undefined) url.searchParams.set('fps', String(fps));
    if (quality !== undefined) url.searchParams.set('quality', String(quality));
    if (every !== undefined) url.searchParams.set('every', every === 'auto' ? 'all' : every);
    return url.href;
  }

  /** The `ws:` URL that `publish` opens. */
  publishUrl(token: string): string {
    return publishUrl(this.#endpoint, token);
  }

  /** Why there is no session with these settings, as far as the server tells; it is asked for one that is ended at once. */
  async #explainSession(settings: NewSession): Promise<LookoutError | undefined> {
    const options = { timeoutMs: LOAD_TIMEOUT_MS };
    try {
      const { client_id } = await this.#call<CreatedSession>('POST', '/stream/sessions', settings, options);
      await this.#call('DELETE', `/stream/sessions/${client_id}`, undefined, options);
      return undefined;
    } catch (error) {
      return error instanceof LookoutError ? error : new LookoutError('internal', String(error));
    }
  }

  /** Why the view was refused, as far as the server tells; undefined when it would not have been. */
  async #explain(token: string): Promise<string | undefined> {
    try {
      await this.viewStats(token, { timeoutMs: EXPLAIN_TIMEOUT_MS });
      return undefined;
    } catch (error) {
      return error instanceof Error ? error.message : String(error);
    }
  }

  #get<T>(path: string, options?: RequestOptions): Promise<T> {
    return request<T>(this.#endpoint, 'GET', path, undefined, options);
  }

  #call<T>(method: string, path: string, body: unknown, options?: RequestOptions): Promise<T> {
    return request<T>(this.#endpoint, method, path, body, options);
  }
}

function cameraPath(id: string): string {
  return `/api/cameras/${encodeURIComponent(id)}`;
}
