import { LookoutError } from '@lookout/protocol/core';
import type { AddressGuard } from '../network/address-guard.js';
import type { AccessUnit } from './depacketizer.js';
import { asLookoutError, MediaReceiver } from './media-receiver.js';
import { headerValue, type RtspResponse } from './message-parser.js';
import { toAnnexB } from './nal-depacketizer.js';
import { RtspConnection } from './rtsp-connection.js';
import { baseUrl, controlUrls, ownSetupUrl, type RtspUrl } from './rtsp-url.js';
import { type ChosenTrack, chooseVideoTrack, type RtspCodec, type VideoTrack } from './session-description.js';
import { UdpChannel } from './udp-channel.js';

/** The selected track, from the session description. */
export interface RtspTrack {
  codec: RtspCodec;
  /** Annex B parameter sets, if the description contains them. */
  extradata?: Uint8Array;
  width?: number;
  height?: number;
  fps?: number;
  /** Ticks of RTP timestamps per second. */
  clockRate: number;
  transport: 'tcp' | 'udp';
}

/** Callbacks of a running client. They run in the thread of `run` and should not throw: what they throw ends the stream. */
export interface RtspHandlers {
  /** Once, before the first access unit. */
  onTrack(track: RtspTrack): void;
  onAccessUnit(unit: AccessUnit): void;
  /** An RTCP sender report arrived: this RTP timestamp was the sender's current time. */
  onSenderReport(rtpTimestamp: number, arrivalMs: number): void;
  /** Bytes read from the camera since the last call. */
  onBytes(count: number): void;
  /** Pictures are missing or were dropped as damaged; H.264 and HEVC go on at the next keyframe. */
  onLost(reason: string): void;
}

export interface RtspSessionOptions {
  transport: 'auto' | 'tcp' | 'udp';
  timeoutMs: number;
  stallMs: number;
  tlsPin: string | undefined;
  userAgent: string;
  guard: AddressGuard;
}

/** The server redirects. Not a camera error: `RtspClient` follows it. */
export class RtspRedirect extends Error {
  readonly location: string;

  constructor(location: string) {
    super('The camera redirects');
    this.location = location;
  }
}

/** How long `close` waits for the answer to TEARDOWN. */
const TEARDOWN_TIMEOUT_MS = 150;
const DEFAULT_SESSION_TIMEOUT_S = 60; // RFC 2326 §12.37
const MIN_KEEPALIVE_MS = 1000;
const MAX_KEEPALIVE_MS = 30_000;
const UNSUPPORTED_TRANSPORT_STATUS = 461;

/** One session with one server: DESCRIBE, SETUP of the video track, PLAY, and reading until something ends it. */
export class RtspSession {
  readonly #url: RtspUrl;
  readonly #options: RtspSessionOptions;
  readonly #handlers: RtspHandlers;
  readonly #connection: RtspConnection;
  readonly #ended: Promise<never>;
  #end: (error: LookoutError) => void = () => {};
  #receiver: MediaReceiver | undefined;
  #udp: UdpChannel | undefined;
  #channels: readonly [number, number] = [0, 1];
  #keepaliveTimer: NodeJS.Timeout | undefined;
  #keepaliveMethod = 'OPTIONS';
  #sessionId: string | undefined;
  #aggregateUrl: string;

  constructor(url: RtspUrl, options: RtspSessionOptions, handlers: RtspHandlers) {
    this.#url = url;
    this.#aggregateUrl = url.requestUrl;
    this.#options = options;
    this.#handlers = handlers;
    this.#ended = new Promise((_, reject) => {
      this.#end = reject;
    });
    // It may reject before `run` awaits it.
    this.#ended.catch(() => {});
    this.#connection = new RtspConnection(url, options, {
      onInterleaved: (channel, payload) => this.#onInterleaved(channel, payload),
      onBytes: (count) => handlers.onBytes(count),
      onFailure: (error) => this.#end(error),
    });
  }

  /** Never resolves. @throws LookoutError why the stream ended, RtspRedirect when the server points elsewhere. */
  async run(): Promise<never> {
    await Promise.race([this.#start(), this.#ended]);
    return this.#ended;
  }

  /** Sends TEARDOWN and releases everything. Resolves within 200 ms. */
  async close(): Promise<void> {
    clearInterval(this.#keepaliveTimer);
    this.#receiver?.close();
    if (this.#sessionId !== undefined) {
      let timer: NodeJS.Timeout | undefined;
      const timeout = new Promise<void>((resolve) => {
        timer = setTimeout(resolve, TEARDOWN_TIMEOUT_MS);
      });
      // A broken connection rejects at once; the session is gone anyway.
      const teardown = this.#request('TEARDOWN', this.#aggregateUrl).catch(() => {});
      await Promise.race([teardown, timeout]);
      clearTimeout(timer);
    }
    this.#connection.close();
    this.#udp?.close();
    this.#udp = undefined;
  }

  async #start(): Promise<void> {
    const options = await this.#request('OPTIONS', this.#url.requestUrl);
    // An error status is ignored: DESCRIBE shows what is wrong, and some cameras do not support OPTIONS.
    this.#keepaliveMethod = keepaliveMethod(headerValue(options.headers, 'public') ?? '');
    const { track, base } = await this.#describe();
    const granted = await this.#setup(track, base);
    this.#handlers.onTrack(describeTrack(track, this.#udp ? 'udp' : 'tcp'));
    this.#receive(track, granted);
    const play = await this.#request('PLAY', this.#aggregateUrl, { Range: 'npt=0.000-' });
    throwIfRefused('PLAY', play);
    this.#receiver?.start();
  }

  async #describe(): Promise<{ track: VideoTrack; base: string }> {
    const response = await this.#request('DESCRIBE', this.#url.requestUrl, { Accept: 'application/sdp' });
    throwIfRefused('DESCRIBE', response);
    const base = baseUrl(
      this.#url.requestUrl,
      headerValue(response.headers, 'content-base'),
      headerValue(response.headers, 'content-location'),
    );
    const { track, sessionControl }: ChosenTrack = chooseVideoTrack(response.body);
    this.#aggregateUrl = controlUrls(base, sessionControl)[0] ?? base;
    return { track, base };
  }

  async #setup(track: VideoTrack, base: string): Promise<GrantedTransport> {
    // Over UDP the video would bypass TLS.
    const transport = this.#url.secure ? 'tcp' : this.#options.transport;
    const urls = controlUrls(base, track.control);
    const own = ownSetupUrl(this.#url.requestUrl, track.control, urls);
    let response: RtspResponse | undefined;
    if (transport !== 'udp') {
      response = await this.#trySetup(urls, own, 'RTP/AVP/TCP;unicast;interleaved=0-1');
    }
    if (transport === 'udp' || (transport === 'auto' && response?.status === UNSUPPORTED_TRANSPORT_STATUS)) {
      this.#udp = await UdpChannel.open(this.#connection.addresses.local);
      const port = this.#udp.rtpPort;
      response = await this.#trySetup(urls, own, `RTP/AVP;unicast;client_port=${port}-${port + 1}`);
    }
    if (!response) throw new TypeError(`Expected transport auto, tcp or udp, got ${transport}`);
    throwIfRefused('SETUP', response);
    return this.#acceptSetup(response);
  }

  /** Sends SETUP with each form of the control URL until the server accepts one, finally with the request's own URL. */
  async #trySetup(urls: readonly string[], own: string, transport: string): Promise<RtspResponse> {
    let first: RtspResponse | undefined;
    for (const url of urls.includes(own) ? urls : [...urls, own]) {
      const response = await this.#request('SETUP', url, { Transport: transport });
      if (response.status < 400 || response.status === UNSUPPORTED_TRANSPORT_STATUS) {
        // The base URL from the server is wrong for PLAY too.
        if (url === own && !urls.includes(own)) this.#aggregateUrl = this.#url.requestUrl;
        return response;
      }
      first ??= response;
    }
    return first as RtspResponse;
  }

  #acceptSetup(response: RtspResponse): GrantedTransport {
    const session = /^\s*([\x21-\x3a\x3c-\x7e]{1,256})\s*(?:;\s*timeout\s*=\s*(\d{1,6}))?/i.exec(
      headerValue(response.headers, 'session') ?? '',
    );
    if (!session?.[1]) throw new LookoutError('source_protocol_error', 'The camera answered SETUP without a session');
    this.#sessionId = session[1];
    const granted = parseTransport(headerValue(response.headers, 'transport') ?? '');
    if (granted.tcp === (this.#udp !== undefined)) {
      throw new LookoutError(
        'source_protocol_error',
        'The camera granted a different transport from the one requested',
      );
    }
    // Some write 0 for none.
    const timeoutMs = 1000 * (Number(session[2]) || DEFAULT_SESSION_TIMEOUT_S);
    const intervalMs = Math.min(MAX_KEEPALIVE_MS, Math.max(MIN_KEEPALIVE_MS, timeoutMs / 2));
    this.#keepaliveTimer = setInterval(() => void this.#keepAlive(), intervalMs);
    return granted;
  }

  /** From here on packets are received: the first ones may overtake the answer to PLAY. */
  #receive(track: VideoTrack, granted: GrantedTransport): void {
    const udp = this.#udp;
    this.#channels = granted.interleaved;
    const receiver = new MediaReceiver(track, udp === undefined, this.#options.stallMs, {
      onAccessUnit: (unit) => this.#handlers.onAccessUnit(unit),
      onLost: (reason) => this.#handlers.onLost(reason),
      onSenderReport: (rtpTimestamp, arrivalMs) => this.#handlers.onSenderReport(rtpTimestamp, arrivalMs),
      onRtcp: (packet) => (udp ? udp.sendRtcp(packet) : this.#connection.sendInterleaved(this.#channels[1], packet)),
      onFailure: (error) => this.#end(error),
    });
    this.#receiver = receiver;
    const { remote } = this.#connection.addresses;
    const [rtpPort, rtcpPort] = granted.serverPorts;
    // We also send to these ports, so the address must be allowed.
    const isTrusted = [rtpPort, rtcpPort].every((port) => this.#options.guard.allowsNamed(granted.source ?? '', port));
    udp?.start(
      { address: granted.source !== undefined && isTrusted ? granted.source : remote, rtpPort, rtcpPort },
      {
        onRtp: (bytes) => this.#onDatagram(bytes, (packet) => receiver.onRtp(packet)),
        onRtcp: (bytes) => this.#onDatagram(bytes, (packet) => receiver.onRtcp(packet)),
      },
    );
  }

  #onInterleaved(channel: number, payload: Uint8Array): void {
    if (this.#udp) return;
    if (channel === this.#channels[0]) this.#receiver?.onRtp(payload);
    else if (channel === this.#channels[1]) this.#receiver?.onRtcp(payload);
  }

  #onDatagram(bytes: Uint8Array, receive: (packet: Uint8Array) => void): void {
    try {
      this.#handlers.onBytes(bytes.length);
      receive(bytes);
    } catch (error) {
      this.#end(asLookoutError(error));
    }
  }

  async #keepAlive(): Promise<void> {
    try {
      const { status } = await this.#request(this.#keepaliveMethod, this.#aggregateUrl);
      if (status === 454) this.#end(new LookoutError('camera_closed', 'The camera dropped the session'));
      else if (status >= 400) this.#keepaliveMethod = 'OPTIONS';
    } catch (error) {
      // A camera that streams but leaves this unanswered is alive; the stall timer and the socket tell when it is not.
      if (error instanceof LookoutError && error.code === 'camera_unauthorized') this.#end(error);
    }
  }

  #request(method: string, url: string, headers: Record<string, string> = {}): Promise<RtspResponse> {
    const all = this.#sessionId === undefined ? headers : { ...headers, Session: this.#sessionId };
    return this.#connection.request(method, url, all);
  }
}

/**
 * With which request to keep a session alive. GET_PARAMETER without a body is meant for it (RFC 2326 §10.8), and some cameras count nothing
 * else; OPTIONS is what all others know, unless they list methods and leave it out.
 * @param listed the methods that the server supports, as it lists them
 */
function keepaliveMethod(listed: string): string {
  const methods = listed.toUpperCase().split(/[\s,]+/);
  if (methods.includes('GET_PARAMETER')) return 'GET_PARAMETER';
  return methods.includes('SET_PARAMETER') && !methods.includes('OPTIONS') ? 'SET_PARAMETER' : 'OPTIONS';
}

function describeTrack(track: VideoTrack, transport: 'tcp' | 'udp'): RtspTrack {
  const { codec, width, height, fps, clockRate, parameterSets } = track;
  return {
    codec,
    clockRate,
    transport,
    ...(parameterSets.length > 0 ? { extradata: toAnnexB(parameterSets) } : {}),
    ...(width && height ? { width, height } : {}),
    ...(fps ? { fps } : {}),
  };
}

/** @throws RtspRedirect, or LookoutError for any status but success. */
function throwIfRefused(method: string, response: RtspResponse): void {
  const { status } = response;
  if (status >= 200 && status < 300) return;
  const location = headerValue(response.headers, 'location');
  if (status >= 300 && status < 400 && location) throw new RtspRedirect(location);
  const what = `${method} with ${status}`;
  if (status === 404 || status === 454) {
    throw new LookoutError('camera_not_found', `The camera has no stream at this path (answered ${what})`, {
      hint: 'Check the path of the address: it differs between cameras.',
    });
  }
  if (status === 403) throw new LookoutError('camera_unauthorized', `The camera denied access (answered ${what})`);
  if (status === 415)
    throw new LookoutError('camera_unsupported', `The camera cannot describe its stream (answered ${what})`);
  if (status === UNSUPPORTED_TRANSPORT_STATUS) {
    throw new LookoutError('camera_refused', `The camera refuses this transport (answered ${what})`, {
      hint: 'Set the transport to auto.',
    });
  }
  throw new LookoutError('camera_refused', `The camera answered ${what}`);
}

/** What a server grants in the `Transport` field of its answer to SETUP (RFC 2326 §12.39). */
interface GrantedTransport {
  readonly tcp: boolean;
  /** Channels of RTP and RTCP. */
  readonly interleaved: readonly [number, number];
  /** Ports of the server; 0 if not given. */
  readonly serverPorts: readonly [number, number];
  /** Address that packets come from, if it is not the server's. */
  readonly source: string | undefined;
}

/** Reads the first transport of the field. Missing parts get their defaults. */
function parseTransport(value: string): GrantedTransport {
  const [specification = '', ...items] = (value.split(',')[0] ?? '').split(';').map((item) => item.trim());
  const parameters = new Map(
    items.map((item): [string, string] => {
      const equals = item.indexOf('=');
      return equals < 0 ? [item.toLowerCase(), ''] : [item.slice(0, equals).toLowerCase(), item.slice(equals + 1)];
    }),
  );
  return {
    tcp: /\/TCP$/i.test(specification) || parameters.has('interleaved'),
    interleaved: pair(parameters.get('interleaved'), 255, [0, 1]),
    serverPorts: pair(parameters.get('server_port'), 65_535, [0, 0]),
    source: parameters.get('source'),
  };
}

/** `a-b`, or `a` alone, which means `a-(a+1)`. */
function pair(text: string | undefined, max: number, fallback: readonly [number, number]): readonly [number, number] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text ?? '');
  if (!match) return fallback;
  const first = Number(match[1]);
  const second = match[2] === undefined ? first + 1 : Number(match[2]);
  return first <= max && second <= max ? [first, second] : fallback;
}
