import {
  type CreatedSession,
  type Embeddings,
  type ImageDetections,
  LookoutError,
  type NewSession,
} from '@lookout/protocol';
import { type AccountCalls, accountCalls } from './accounts.js';
import { type AdministrationCalls, administrationCalls } from './administration.js';
import { openPeerSession, type PeerSession } from './connection/peer-session.js';
import {
  authorization,
  type Endpoint,
  endpointOf,
  queryOf,
  type RequestOptions,
  request,
  socketUrl,
} from './connection/request.js';
import { type OpenSocket, platformSocket } from './connection/socket.js';
import type { StreamSubscription } from './connection/subscribe.js';
import { type DetectOptions, detectImage, embed, type ImageInput, settingsQuery } from './detect/detect-image.js';
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
import { type SegmentCalls, segmentCalls } from './segments.js';
import { systemClock } from './timing/clock.js';
import type {
  ActivityInput,
  Camera,
  CameraActivity,
  CameraDetailStats,
  CameraLinkInfo,
  CameraPatch,
  CameraStats,
  CameraTokens,
  DescribeDeviceRequest,
  DetectionHealth,
  DetectionTotals,
  DeviceDescription,
  DiscoverResult,
  Health,
  NewCameraInput,
  NewShare,
  ProbeResult,
  Share,
  Suppression,
  SystemInfo,
  UpdateState,
  Version,
} from './types.js';
import { type WarningCalls, warningCalls } from './warnings.js';
import { AutoWatch } from './watch/auto-watch.js';
import { type CamerasOptions, followCameras } from './watch/cameras.js';
import { type DetectionsOptions, followDetections } from './watch/detections.js';
import type { SharedWatch, SharedWatchOptions } from './watch/shared-types.js';
import { LiveSharedWatch } from './watch/shared-watch.js';
import { LiveWatch } from './watch/watch.js';
import type { Watch, WatchOptions } from './watch/watch-types.js';

export interface LookoutClientOptions {
  /** The server's address, e.g. `http://127.0.0.1:8080`. In a page it defaults to the page's origin. */
  baseUrl?: string;
  /** `lk_…`. In a page, leave it out and sign in: browsers can't send it with a WebSocket. */
  apiKey?: string;
  fetch?: typeof fetch;
  openSocket?: OpenSocket;
}

const DEFAULT_BASE_URL = 'http://127.0.0.1:8080';
/** Time limit for finding out why a view was refused. */
const EXPLAIN_TIMEOUT_MS = 5000;

/**
 * Everything a Lookout server offers to viewers and owners, typed from the protocol. All calls reject with a LookoutError whose message is
 * written for users.
 */
export class LookoutClient {
  readonly #endpoint: Endpoint;
  readonly #openSocket: OpenSocket;
  readonly rules: WarningCalls['rules'];
  readonly events: WarningCalls['events'];
  readonly webhooks: WarningCalls['webhooks'];
  readonly models: AdministrationCalls['models'];
  readonly keys: AccountCalls['keys'];
  readonly users: AccountCalls['users'];
  readonly session: AccountCalls['session'];
  readonly passkeys: AccountCalls['passkeys'];
  /** Who did what; for admins. */
  readonly audit: AccountCalls['audit'];
  readonly backups: AdministrationCalls['backups'];
  readonly nodes: AdministrationCalls['nodes'];
  readonly log: AdministrationCalls['log'];
  readonly settings: AdministrationCalls['settings'];
  readonly secondLook: AdministrationCalls['secondLook'];
  /** Whether somebody is at home; rules that are not for the present mode are silent. */
  readonly mode: WarningCalls['mode'];
  /** Frozen images, to cut objects out of. */
  readonly segments: SegmentCalls;

  /** @throws TypeError when `baseUrl` is not an http(s) URL */
  constructor({ baseUrl, apiKey, fetch: givenFetch, openSocket }: LookoutClientOptions = {}) {
    this.#endpoint = endpointOf(baseUrl ?? globalThis.location?.origin ?? DEFAULT_BASE_URL, apiKey, givenFetch);
    this.#openSocket = openSocket ?? platformSocket(authorization(this.#endpoint));
    const { rules, events, webhooks, mode } = warningCalls(this.#endpoint);
    const { backups, log, models, nodes, secondLook, settings } = administrationCalls(this.#endpoint);
    const { audit, keys, users, session, passkeys } = accountCalls(this.#endpoint);
    this.audit = audit;
    this.keys = keys;
    this.users = users;
    this.session = session;
    this.passkeys = passkeys;
    this.backups = backups;
    this.log = log;
    this.models = models;
    this.nodes = nodes;
    this.settings = settings;
    this.secondLook = secondLook;
    this.rules = rules;
    this.events = events;
    this.webhooks = webhooks;
    this.mode = mode;
    this.segments = segmentCalls(this.#endpoint);
  }

  readonly cameras = {
    list: (options?: RequestOptions) => this.#get<Camera[]>('/api/cameras', options),
    get: (id: string, options?: RequestOptions) => this.#get<Camera>(cameraPath(id), options),
    create: (camera: NewCameraInput, options?: RequestOptions) =>
      this.#call<Camera>('POST', '/api/cameras', camera, options),
    /** @param force whether zones and lines that rules refer to may lose their names; the rules are in `problem.rules` of a refusal */
    update: (
      id: string,
      patch: CameraPatch,
      { force = false, ...options }: RequestOptions & { force?: boolean } = {},
    ) => this.#call<Camera>('PATCH', `${cameraPath(id)}${force ? '?force=true' : ''}`, patch, options),
    remove: (id: string, options?: RequestOptions) => this.#call<void>('DELETE', cameraPath(id), undefined, options),
    /** Creates new links; everyone connected by the old ones is disconnected. */
    renewTokens: (id: string, options?: RequestOptions) =>
      this.#call<CameraTokens>('POST', `${cameraPath(id)}/tokens`, undefined, options),
    /** Links to watch the camera for a time, with who watches by them now. */
    shares: (id: string, options?: RequestOptions) => this.#get<Share[]>(`${cameraPath(id)}/shares`, options),
    /** Makes a link to watch the camera, for so many seconds; null: until it is ended. */
    share: (id: string, share: NewShare, options?: RequestOptions) =>
      this.#call<Share>('POST', `${cameraPath(id)}/shares`, share, options),
    /** Ends a link; everyone who watches by it is disconnected. */
    endShare: (id: string, shareId: string, options?: RequestOptions) =>
      this.#call<void>('DELETE', `${cameraPath(id)}/shares/${encodeURIComponent(shareId)}`, undefined, options),
    /** Tries a URL for at most 5 s. A camera's failure is in the result, not an exception. `tlsPin`: the certificate to accept. */
    probe: (url: string, { tlsPin, ...options }: RequestOptions & { tlsPin?: string | undefined } = {}) =>
      this.#call<ProbeResult>('POST', '/api/cameras/probe', { url, ...(tlsPin && { tls_pin: tlsPin }) }, options),
    /** Searches for ONVIF devices, for about 3 s. `host`: ask only this one. */
    discover: ({ host, ...options }: RequestOptions & { host?: string | undefined } = {}) =>
      this.#call<DiscoverResult>('POST', '/api/cameras/discover', { ...(host && { host }) }, options),
    /** Asks an ONVIF device for its streams, for at most 20 s. A device's failure is in the result, not an exception. */
    describeDevice: (device: DescribeDeviceRequest, options?: RequestOptions) =>
      this.#call<DeviceDescription>('POST', '/api/cameras/discover/device', device, options),
    stats: (id: string, options?: RequestOptions) => this.#get<CameraDetailStats>(`${cameraPath(id)}/stats`, options),
    /** What the camera saw, step by step, in the last day at most. */
    activity: (id: string, query: ActivityInput = {}, options?: RequestOptions) =>
      this.#get<CameraActivity>(`${cameraPath(id)}/activity${queryOf(query)}`, options),
    /** All cameras, and again with each change, on one connection; without their links. */
    follow: (options: CamerasOptions): StreamSubscription => followCameras(this.#endpoint, options),
    /** What the camera ignores since an event was marked as a wrong object. */
    suppressions: (id: string, options?: RequestOptions) =>
      this.#get<Suppression[]>(`${cameraPath(id)}/suppressions`, options),
    /** Ends one: from now on that object counts there again. */
    endSuppression: (id: string, suppressionId: string, options?: RequestOptions) =>
      this.#call<void>(
        'DELETE',
        `${cameraPath(id)}/suppressions/${encodeURIComponent(suppressionId)}`,
        undefined,
        options,
      ),
  };

  readonly system = {
    health: (options?: RequestOptions) => this.#get<Health>('/healthz', options),
    /** How other machines can reach the server. */
    info: (options?: RequestOptions) => this.#get<SystemInfo>('/api/system', options),
    /** What is known of newer versions; asks nobody. */
    update: (options?: RequestOptions) => this.#get<UpdateState>('/api/update', options),
    /** Asks the address of the settings for the newest version. */
    checkUpdate: (options?: RequestOptions) => this.#call<UpdateState>('POST', '/api/update/check', undefined, options),
    /** Closes the server and starts it again; `started_at` of `info` then differs. */
    restart: (options?: RequestOptions) => this.#call<void>('POST', '/api/restart', undefined, options),
    version: (options?: RequestOptions) => this.#get<Version>('/version', options),
  };

  /**
   * The camera that a link leads to, and what the link allows.
   * @param token of the link; or a camera id when signed in
   */
  link(token: string, options?: RequestOptions): Promise<CameraLinkInfo> {
    return this.#get<CameraLinkInfo>(`/api/camera/${encodeURIComponent(token)}`, options);
  }

  /** @param token a view token, or a camera id when signed in */
  viewStats(token: string, options?: RequestOptions): Promise<CameraStats> {
    return this.#get<CameraStats>(`/api/camera/${encodeURIComponent(token)}/stats`, options);
  }

  /**
   * Watches a camera until closed. The newest frame always comes first and none is queued; each is acknowledged when `onFrame` has finished
   * with it.
   * @param token a view token, or a camera id when signed in
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
   * Publishes JPEGs as a camera until closed: call `publisher.send(jpeg)` for each. A JPEG that can't be sent at once is dropped, never
   * queued. In a browser, `publishTrack` publishes a camera or a screen.
   * @param token a publish token
   */
  publish(token: string, options: PublishOptions = {}): Publisher {
    return openPublisher(this.#endpoint, this.#openSocket, token, options);
  }

  /**
   * Publishes a camera or a screen from a browser until closed: `publishTrack(token).setTrack(track)`. Encoding and the socket run in a
   * worker, so they don't slow the page down and continue while it is hidden.
   * @param token a publish token
   * @throws ReferenceError outside browsers
   */
  publishTrack(token: string, options: PublishTrackOptions = {}): TrackPublisher {
    return new WorkerTrackPublisher({ baseUrl: this.#endpoint.baseUrl, token }, options, startCaptureWorker());
  }

  /**
   * Watches a camera as plain JPEGs whose quality follows the speed of the connection, shared with all viewers of the same quality. `watch`
   * also has boxes and ages.
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

  /**
   * Watches a camera's own video by WebRTC: answers the offer of an `RTCPeerConnection`. `clock` of `link` tells when its frames were taken.
   * @param token a view token, or a camera id when signed in @param offer its local description, with video to receive
   * @throws RequestError why that is not possible, such as `unsupported_media_type`
   */
  openWhep(token: string, offer: string, options?: Pick<RequestOptions, 'signal'>): Promise<PeerSession> {
    return openPeerSession(this.#endpoint, `/whep/${encodeURIComponent(token)}`, offer, options);
  }

  /**
   * Opens a session of WHIP for an `RTCPeerConnection` of yours that publishes to a camera, in H.264 or VP8.
   * @param token a publish token
   * @param offer with video to send
   */
  openWhip(token: string, offer: string, options?: Pick<RequestOptions, 'signal'>): Promise<PeerSession> {
    return openPeerSession(this.#endpoint, `/whip/${encodeURIComponent(token)}`, offer, options);
  }

  /** Detections without pictures, of one camera, or of all if `cameraId` is undefined. */
  detections(cameraId: string | undefined, options: DetectionsOptions): StreamSubscription {
    return followDetections(this.#endpoint, cameraId, options);
  }

  /**
   * Detects objects in one picture, without a session.
   * @throws RequestError naming the invalid field; LookoutError `frame_too_large` before it is sent; TypeError when it is not a picture
   */
  detect(image: ImageInput, options?: DetectOptions): Promise<ImageDetections> {
    return detectImage(this.#endpoint, image, options);
  }

  /**
   * Embeds texts, or one image, as vectors: the dot product of two is their cosine. Needs an `embed` model.
   * @throws LookoutError `no_model_for_this`, whose hint names a model to download; RequestError naming the invalid text
   */
  embed(
    what: { readonly texts: readonly string[] } | { readonly image: ImageInput },
    options?: RequestOptions,
  ): Promise<Embeddings> {
    return embed(this.#endpoint, what, options);
  }

  /**
   * Opens a detection session: frames in, detections out. Each frame is answered once and none is queued. After a lost connection it
   * reconnects with the same settings.
   * @throws LookoutError why it can't be opened: invalid settings, an invalid key, or no answer; RangeError, TypeError for options out of
   *    range
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
    /** Totals of all sessions. */
    totals: (options?: RequestOptions) => this.#get<DetectionTotals>('/stream/stats', options),
  };

  /** The `ws:` URL that `openDetectionSession` opens. @throws TypeError for a class whose name has a comma */
  detectionUrl(settings: NewSession = {}): string {
    return socketUrl(this.#endpoint, `/stream/detection${settingsQuery(settings)}`).href;
  }

  /** The `ws:` URL that `watch` opens; with `every: 'auto'`, the first one. */
  viewUrl(token: string, { mode = 'overlay', fps, quality, every, guesses }: Partial<WatchOptions> = {}): string {
    const url = socketUrl(this.#endpoint, `/ws/view/${encodeURIComponent(token)}`);
    url.searchParams.set('mode', mode);
    url.searchParams.set('ack', '1');
    if (guesses) url.searchParams.set('guesses', '1');
    if (fps !== undefined) url.searchParams.set('fps', String(fps));
    if (quality !== undefined) url.searchParams.set('quality', String(quality));
    if (every !== undefined) url.searchParams.set('every', every === 'auto' ? 'all' : every);
    return url.href;
  }

  /** The `ws:` URL of a camera's own video, for Media Source Extensions. @param codecs `avc1`, `hvc1` or `avc1,hvc1` */
  mseUrl(token: string, codecs = 'avc1'): string {
    const url = socketUrl(this.#endpoint, `/ws/mse/${encodeURIComponent(token)}`);
    url.searchParams.set('codecs', codecs);
    return url.href;
  }

  /** The `ws:` URL that `publish` opens. */
  publishUrl(token: string): string {
    return publishUrl(this.#endpoint, token);
  }

  /** Why no session can be opened with these settings, as far as the server says: requests one, which is ended at once. */
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

  /** Why the view was refused, as far as the server says; undefined if it would be allowed. */
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
