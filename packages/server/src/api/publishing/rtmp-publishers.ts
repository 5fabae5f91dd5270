import { createServer, type Server } from 'node:net';
import { createServer as createTlsServer } from 'node:tls';
import {
  type EncodedFormat,
  nowMs,
  PacketStamper,
  type PublishAnswer,
  type RtmpEndReason,
  RtmpListener,
  type RtmpMetadata,
  type RtmpPublication,
  type RtmpPublisherInfo,
  type RtmpSink,
  type RtmpVideoPacket,
} from '@lookout/media';
import { LookoutError } from '@lookout/protocol';
import type { Logger } from 'pino';
import type { Publisher, PushSource, PushSources } from '../../pipeline/publishing/push-source.js';
import { plainAddress } from '../../platform/auth/addresses.js';
import type { CameraTokens } from '../../platform/auth/camera-tokens.js';
import type { Limiter, SharedLimits } from '../../platform/auth/shared-limits.js';
import type { TokenGrant } from '../../platform/auth/token-grant.js';
import type { PublishMetrics } from '../../platform/metrics/publish-metrics.js';
import type { ServerTls } from '../../platform/tls/server-tls.js';
import type { OwnerRelay } from '../cluster/owner-relay.js';
import type { PeerServer } from '../cluster/peer-server.js';
import { limitConnections } from '../http/address-limit.js';
import { routeByFirstByte } from '../http/first-byte.js';

export interface RtmpPublishersOptions {
  host: string;
  port: number;
  sources: PushSources;
  tokens: Pick<CameraTokens, 'find'>;
  /** The server's certificate: the port then takes RTMPS, too. */
  tls?: Pick<ServerTls, 'createServer'> | undefined;
  limits: SharedLimits;
  /** What goes between this node and others: the camera may be on another. */
  links?:
    | { readonly peers: Pick<PeerServer, 'serveProtocol'>; readonly relay: Pick<OwnerRelay, 'connect'> }
    | undefined;
  metrics: PublishMetrics;
  log: Pick<Logger, 'debug' | 'info' | 'warn'>;
}

/** Connections at once, in total and from one address. One per publisher; some machines pass on many cameras. */
const CONNECTION_LIMITS = { connections: 128, connections_per_address: 32 };
/** Reasons that anyone who finds the port can cause at any rate: not worth a line in the log each. */
const QUIET_REASONS: ReadonlySet<RtmpEndReason> = new Set([
  'connection_lost',
  'disconnected',
  'limit_exceeded',
  'malformed',
  'not_rtmp',
  'passed_on',
  'publish_timeout',
  'too_many_connections',
]);
/** Between nodes. */
const PROTOCOL = 'rtmp';
const HANDSHAKE_TIMEOUT_MS = 10_000;
/** Wrong keys allowed per minute and address. An encoder left on with an old key makes a few attempts a minute. */
const MAX_WRONG_KEYS = 30;
const WRONG_KEY = 'The stream key is wrong: copy it from the page of the camera';

/** The port for encoders that publish over RTMP (OBS, FFmpeg, GStreamer …). The key is the camera's publish token. */
export class RtmpPublishers {
  readonly #options: RtmpPublishersOptions;
  readonly #wrongKeys: Limiter;
  readonly #server = createServer();
  readonly #listeners: RtmpListener[];
  #closeSockets = () => {};
  #problem: string | undefined;

  constructor(options: RtmpPublishersOptions) {
    this.#options = options;
    this.#wrongKeys = options.limits.perMinute('wrong-stream-keys', MAX_WRONG_KEYS);
    limitConnections(this.#server, CONNECTION_LIMITS, () => options.metrics.rtmpEnded('too_many_connections'));
    const { links } = options;
    this.#listeners = this.#servers().map((server) => this.#listenOn(server, links?.relay));
    if (links === undefined) return;
    const passed = createServer();
    links.peers.serveProtocol(PROTOCOL, (socket) => passed.emit('connection', socket));
    // Its publishers have been passed on once.
    this.#listeners.push(this.#listenOn(passed, undefined));
  }

  /** The servers whose connections are RTMP, once TLS is off. */
  #servers(): readonly Server[] {
    const { tls } = this.#options;
    if (tls === undefined) return [this.#server];
    const plain = createServer();
    const secure = tls.createServer(({ cert, key }) =>
      createTlsServer({ cert, key, minVersion: 'TLSv1.2', handshakeTimeout: HANDSHAKE_TIMEOUT_MS }),
    );
    this.#server.once('close', () => secure.close());
    this.#closeSockets = routeByFirstByte(this.#server, {
      onTls: (socket) => secure.emit('connection', socket),
      onPlain: (socket) => plain.emit('connection', socket),
    });
    return [plain, secure];
  }

  #listenOn(server: Server, relay: Pick<OwnerRelay, 'connect'> | undefined): RtmpListener {
    const { log, metrics } = this.#options;
    return new RtmpListener(server, {
      authorize: (key, info) => this.#authorize(key, info, relay),
      onPublish: (publication) => this.#publish(publication),
      maxConnections: CONNECTION_LIMITS.connections,
      onConnectionEnd: ({ reason, message, address }) => {
        metrics.rtmpEnded(reason);
        const level = QUIET_REASONS.has(reason) ? 'debug' : 'info';
        log[level]({ reason, detail: message, address }, 'RTMP connection ended');
      },
    });
  }

  /** Where encoders can connect; undefined if they can't. */
  get port(): number | undefined {
    return this.#server.listening ? this.#options.port : undefined;
  }

  /** Why encoders can't connect. */
  get problem(): string | undefined {
    return this.#problem;
  }

  /** Resolves when it listens, or when it is clear that it can't: the rest of the server does without it. */
  async listen(): Promise<void> {
    const { host, port, log } = this.#options;
    await new Promise<void>((resolve) => {
      this.#server.once('listening', resolve);
      this.#server.on('error', (error: NodeJS.ErrnoException) => {
        const why = error.code === 'EADDRINUSE' ? 'in use by another program' : `not available (${error.code})`;
        this.#problem = `port ${port} is ${why}: choose another one with --rtmp-port`;
        log.warn({ host, port }, `encoders can’t publish over RTMP: ${this.#problem}`);
        resolve();
      });
      this.#server.listen(port, host);
    });
    if (this.#server.listening) log.info({ host, port }, 'RTMP publishers can connect');
  }

  async close(): Promise<void> {
    this.#server.close();
    await Promise.all(this.#listeners.map((listener) => listener.close()));
    this.#closeSockets();
  }

  async #authorize(
    key: string,
    info: RtmpPublisherInfo,
    relay: Pick<OwnerRelay, 'connect'> | undefined,
  ): Promise<PublishAnswer> {
    const address = plainAddress(info.address);
    if ((await this.#wrongKeys.waitS(address)) > 0) return refusal('Too many wrong stream keys: try again in a minute');
    const grant = this.#grantOf(key);
    if (grant === undefined) {
      await this.#wrongKeys.take(address);
      return refusal(WRONG_KEY);
    }
    const { cameraId: camera } = grant;
    try {
      const via = await relay?.connect(PROTOCOL, camera);
      if (via) {
        this.#options.log.info({ camera, address, agent: info.agent }, 'RTMP publisher passed on to another node');
        return { accepted: 'elsewhere', via };
      }
      this.#options.sources.get(camera);
      return { accepted: true };
    } catch (error) {
      if (!(error instanceof LookoutError)) throw error;
      return refusal(error.message);
    }
  }

  #grantOf(key: string): TokenGrant | undefined {
    const grant = this.#options.tokens.find(key);
    return grant?.kind === 'publish' ? grant : undefined;
  }

  #publish(publication: RtmpPublication): RtmpSink {
    const grant = this.#grantOf(publication.key);
    if (grant === undefined) throw new LookoutError('not_found', 'The key was revoked');
    const video = new PublishedVideo(publication, this.#options.sources.get(grant.cameraId));
    const release = grant.hold(() => video.end('key_revoked'));
    const { cameraId: camera } = grant;
    this.#options.log.info(
      { camera, address: publication.address, agent: publication.agent },
      'RTMP publisher connected',
    );
    return {
      onPacket: (packet) => video.packet(packet),
      onMetadata: (metadata) => video.metadata(metadata),
      onEnd: ({ reason, message }) => {
        release();
        video.ended(reason === 'unpublished' ? undefined : message);
      },
    };
  }
}

const END_MESSAGES = {
  replaced: 'Another publisher replaced this one',
  camera_off: 'The camera was switched off',
  key_revoked: 'The stream key was replaced',
} as const;

/** One publisher: its packets are stamped and passed to its camera. */
class PublishedVideo implements Publisher {
  readonly #publication: RtmpPublication;
  readonly #source: PushSource;
  readonly #stamper = new PacketStamper({ ticksPerSecond: 1000 });
  #format: EncodedFormat | undefined;
  #fps: number | null = null;

  constructor(publication: RtmpPublication, source: PushSource) {
    this.#publication = publication;
    this.#source = source;
    source.attach(this);
  }

  packet(packet: RtmpVideoPacket): void {
    const { data, isKeyframe: keyframe, ptsMs, dtsMs } = packet;
    this.#source.packet(this, {
      data: new Uint8Array(data.buffer as ArrayBuffer, data.byteOffset, data.byteLength),
      format: this.#formatOf(packet),
      keyframe,
      ...this.#stamper.stamp(ptsMs, dtsMs, nowMs()),
    });
  }

  metadata({ fps }: RtmpMetadata): void {
    this.#fps = fps ?? null;
  }

  end(reason: keyof typeof END_MESSAGES): void {
    this.#publication.close(END_MESSAGES[reason]);
  }

  /** The connection is gone. @param why undefined: the publisher stopped as it should */
  ended(why: string | undefined): void {
    this.#source.detach(this, why);
  }

  undecodable(error: LookoutError): void {
    // Damaged packets are counted by the camera; this one would last.
    if (error.code === 'camera_unsupported') this.#publication.close(error.message);
  }

  decoded(): void {}

  #formatOf({ codec, config }: RtmpVideoPacket): EncodedFormat {
    if (this.#format?.codec === codec && this.#format.extradata === config) return this.#format;
    const framing = codec === 'h264' || codec === 'hevc' ? 'length-prefixed' : 'none';
    this.#format = { codec, framing, extradata: config, fps: this.#fps };
    return this.#format;
  }
}

function refusal(reason: string): PublishAnswer {
  return { accepted: false, reason };
}
