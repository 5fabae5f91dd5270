import { createHash } from 'node:crypto';
import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isAuthorized } from '../http-auth-check.js';
import { answer, type DeviceFacts, fault, type OnvifTestProfile } from './answers.js';

export interface OnvifDeviceOptions {
  /** Default Test camera. */
  name?: string;
  /** Default Acme. */
  manufacturer?: string;
  /** Default T-1000. */
  model?: string;
  /** Absent: anybody may ask. */
  credentials?: { username: string; password: string };
  /** How they are presented. Default `token`: WS-UsernameToken with a digest. */
  authentication?: 'token' | 'digest';
  /** Also takes a token again, as many devices do. Default false. */
  takesReplays?: boolean;
  profiles?: readonly OnvifTestProfile[];
  /** Also serve Media2. Default false. */
  media2?: boolean;
  /** The picture; absent: no snapshots. */
  snapshot?: Uint8Array;
  /** The device's clock, relative to ours. */
  clockOffsetMs?: number;
  /** Host that it names in its addresses. Default: its own. */
  namedHost?: string;
  /** Default 127.0.0.1, and only who asks from there is answered; `all`: all addresses of this machine. */
  host?: '127.0.0.1' | 'all';
  /** Port on which it answers searches. Absent: it does not. Real devices: 3702. */
  discoveryPort?: number;
  /** Answers one search this many times, as so many devices. Default 1. */
  copies?: number;
  /** Answers a request itself, an operation or `snapshot`. @returns whether it did. */
  misbehave?: (operation: string, response: ServerResponse) => boolean;
}

export interface OnvifDevice {
  /** Of its device service, on 127.0.0.1. */
  readonly address: string;
  readonly port: number;
  /** Names of the operations that were asked for, in order, with `!` if refused. */
  readonly asked: readonly string[];
  stop(): Promise<void>;
}

const PUBLIC = new Set([
  'GetSystemDateAndTime',
  'GetServices',
  'GetCapabilities',
  'GetHostname',
  'GetServiceCapabilities',
]);
/** How old a token may be by the device's clock. */
const TOKEN_LIFE_MS = 60_000;
const GROUP = '239.255.255.250';
const LOOPBACK = '127.0.0.1';
const CHALLENGE = {
  'WWW-Authenticate':
    'Digest realm="test camera", qop="auth", nonce="dcd98b7102dd2f0e8b11d0f600bfb0c093", algorithm=MD5',
};

/**
 * A simulated ONVIF device (Profile S, optionally T): WS-Discovery, and the device and media services over SOAP. Written from the specification, and checked with clients that others wrote (`npm run test:peers`).
 */
export async function startOnvifDevice(options: OnvifDeviceOptions = {}): Promise<OnvifDevice> {
  const device = new SimulatedDevice(options);
  await device.start();
  return device;
}

class SimulatedDevice implements OnvifDevice {
  readonly asked: string[] = [];
  readonly #options: OnvifDeviceOptions;
  readonly #server: Server;
  /** Digests: clients may use a nonce again with another time. */
  readonly #seen = new Set<string>();
  readonly #discovery: Socket[] = [];

  constructor(options: OnvifDeviceOptions) {
    this.#options = options;
    this.#server = createServer((request, response) => void this.#serve(request, response));
  }

  get #isEverywhere(): boolean {
    return this.#options.host === 'all';
  }

  get port(): number {
    return (this.#server.address() as AddressInfo).port;
  }

  get address(): string {
    return `http://127.0.0.1:${this.port}/onvif/device_service`;
  }

  async start(): Promise<void> {
    this.#server.listen(0, this.#isEverywhere ? undefined : LOOPBACK);
    await once(this.#server, 'listening');
    const { discoveryPort } = this.#options;
    if (discoveryPort === undefined) return;
    // On loopback one socket for searches by multicast, and one for those that are sent to this machine.
    for (const host of this.#isEverywhere ? [undefined] : [GROUP, LOOPBACK])
      this.#discovery.push(await this.#listenForSearches(discoveryPort, host));
  }

  async stop(): Promise<void> {
    for (const socket of this.#discovery.splice(0)) socket.close();
    this.#server.closeAllConnections();
    if (this.#server.listening) await new Promise((resolve) => this.#server.close(resolve));
  }

  async #serve(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = Buffer.concat(await request.toArray()).toString('utf8');
    if (request.url === '/snapshot.jpg') return this.#serveSnapshot(request, response);
    const [, element = ''] = /Body[^>]*>\s*<([\w:]+)/.exec(body) ?? [];
    const operation = element.replace(/^.*:/, '');
    if (this.#options.misbehave?.(operation, response)) return;
    if (!PUBLIC.has(operation) && !this.#accepts(request, body)) {
      this.asked.push(`${operation}!`);
      if (this.#options.authentication === 'digest') response.writeHead(401, CHALLENGE).end();
      else this.#send(response, 400, fault('ter:NotAuthorized', 'Sender not Authorized'));
      return;
    }
    this.asked.push(operation);
    const text = answer(operation, namespaceOf(element, body), body, this.#facts(request.headers.host ?? ''));
    if (text === undefined)
      this.#send(response, 500, fault('ter:ActionNotSupported', 'Optional Action Not Implemented'));
    else this.#send(response, 200, text);
  }

  #send(response: ServerResponse, status: number, text: string): void {
    const body = Buffer.from(text, 'utf8');
    // Some clients don't read chunks.
    const headers = { 'Content-Type': 'application/soap+xml; charset=utf-8', 'Content-Length': body.length };
    response.writeHead(status, headers).end(body);
  }

  #serveSnapshot(request: IncomingMessage, response: ServerResponse): void {
    if (this.#options.misbehave?.('snapshot', response)) return;
    this.asked.push('snapshot');
    const { credentials, snapshot } = this.#options;
    if (credentials && !isAuthorized(headOf(request), { scheme: 'digest', ...credentials }))
      response.writeHead(401, CHALLENGE).end();
    else response.writeHead(200, { 'Content-Type': 'image/jpeg' }).end(snapshot);
  }

  #facts(host: string): DeviceFacts {
    const {
      manufacturer = 'Acme',
      model = 'T-1000',
      profiles = [],
      media2 = false,
      snapshot,
      namedHost,
      clockOffsetMs = 0,
    } = this.#options;
    const origin = `http://${namedHost === undefined ? host : `${namedHost}:${this.port}`}`;
    const own = (uri: string) => uri.replace('{host}', host.replace(/:\d+$/, ''));
    return {
      ...{ manufacturer, model, media2, origin },
      profiles: profiles.map(({ streamUri, ...profile }) => ({
        ...profile,
        ...(streamUri !== undefined && { streamUri: own(streamUri) }),
      })),
      snapshotUri: snapshot && `${origin}/snapshot.jpg`,
      now: () => new Date(Date.now() + clockOffsetMs),
    };
  }

  #accepts(request: IncomingMessage, body: string): boolean {
    const { credentials, authentication = 'token' } = this.#options;
    if (credentials === undefined) return true;
    if (authentication === 'token') return this.#acceptsToken(body, credentials);
    return isAuthorized(headOf(request), { scheme: 'digest', ...credentials });
  }

  /** Web Services Security UsernameToken Profile 1.0: Base64(SHA-1(nonce + created + password)), fresh, and each nonce once. */
  #acceptsToken(body: string, { username, password }: { username: string; password: string }): boolean {
    const field = (name: string) =>
      new RegExp(`<(?:\\w+:)?${name}(?:\\s[^>]*)?>([^<]*)<`).exec(body)?.[1]?.trim() ?? '';
    const nonce = Buffer.from(field('Nonce'), 'base64');
    const created = field('Created');
    const digest = createHash('sha1').update(nonce).update(created).update(password, 'utf8').digest('base64');
    const age = Date.now() + (this.#options.clockOffsetMs ?? 0) - Date.parse(created);
    const isReplay = this.#options.takesReplays !== true && this.#seen.has(field('Password'));
    const isFresh = Math.abs(age) <= TOKEN_LIFE_MS && !isReplay;
    this.#seen.add(field('Password'));
    return isFresh && unescapeXml(field('Username')) === username && field('Password') === digest;
  }

  async #listenForSearches(port: number, host: string | undefined): Promise<Socket> {
    const socket = createSocket({ type: 'udp4', reuseAddr: true });
    socket.bind(port, host);
    await once(socket, 'listening');
    const networks = this.#isEverywhere ? ownNetworks().map(({ address }) => address) : [LOOPBACK];
    if (host !== LOOPBACK) for (const address of networks) socket.addMembership(GROUP, address);
    socket.on('message', (message, from) => {
      if (!this.#isEverywhere && !from.address.startsWith('127.')) return;
      const text = message.toString('utf8');
      const [, messageId = ''] = /MessageID[^>]*>([^<]+)</.exec(text) ?? [];
      const [, types = ''] = /Types[^>]*>([^<]*)</.exec(text) ?? [];
      if (!/Probe</.test(text) || !/^\s*$|NetworkVideoTransmitter|Device/.test(types)) return;
      const host = this.#options.namedHost ?? ownAddressFor(from.address);
      for (let copy = 0; copy < (this.#options.copies ?? 1); copy++)
        socket.send(this.#probeMatch(messageId, host, copy), from.port, from.address);
    });
    return socket;
  }

  #probeMatch(messageId: string, host: string, copy: number): string {
    const { name = 'Test camera', model = 'T-1000', manufacturer = 'Acme' } = this.#options;
    const scope = (kind: string, value: string) => `onvif://www.onvif.org/${kind}/${encodeURIComponent(value)}`;
    const scopes = [
      scope('name', name),
      scope('hardware', model),
      scope('manufacturer', manufacturer),
      scope('Profile', 'Streaming'),
    ];
    return (
      '<?xml version="1.0" encoding="UTF-8"?><SOAP-ENV:Envelope xmlns:SOAP-ENV="http://www.w3.org/2003/05/soap-envelope"' +
      ' xmlns:wsa="http://schemas.xmlsoap.org/ws/2004/08/addressing" xmlns:d="http://schemas.xmlsoap.org/ws/2005/04/discovery"' +
      ' xmlns:dn="http://www.onvif.org/ver10/network/wsdl" xmlns:tds="http://www.onvif.org/ver10/device/wsdl"><SOAP-ENV:Header>' +
      `<wsa:MessageID>urn:uuid:${this.port}-${copy}-${Math.random()}</wsa:MessageID><wsa:RelatesTo>${messageId}</wsa:RelatesTo>` +
      '<wsa:To>http://schemas.xmlsoap.org/ws/2004/08/addressing/role/anonymous</wsa:To>' +
      '<wsa:Action>http://schemas.xmlsoap.org/ws/2005/04/discovery/ProbeMatches</wsa:Action></SOAP-ENV:Header><SOAP-ENV:Body>' +
      '<d:ProbeMatches><d:ProbeMatch><wsa:EndpointReference>' +
      `<wsa:Address>urn:uuid:00000000-0000-4000-8000-${String(this.port * 10_000 + copy).padStart(12, '0')}</wsa:Address>` +
      `</wsa:EndpointReference><d:Types>dn:NetworkVideoTransmitter tds:Device</d:Types><d:Scopes>${scopes.join(' ')}</d:Scopes>` +
      `<d:XAddrs>http://${host}:${this.port}/onvif/device_service</d:XAddrs><d:MetadataVersion>1</d:MetadataVersion>` +
      '</d:ProbeMatch></d:ProbeMatches></SOAP-ENV:Body></SOAP-ENV:Envelope>'
    );
  }
}

function headOf({ method, url, headers }: IncomingMessage): string {
  return `${method} ${url} HTTP/1.1\r\nauthorization: ${headers.authorization ?? ''}`;
}

/** The namespace of an element of a request, declared there or above. */
function namespaceOf(element: string, body: string): string {
  const [prefix, name] = element.includes(':') ? element.split(':') : [undefined, element];
  const declared =
    prefix === undefined ? new RegExp(`<${name}[^>]*\\bxmlns="([^"]+)"`) : new RegExp(`xmlns:${prefix}="([^"]+)"`);
  return declared.exec(body)?.[1] ?? '';
}

/** The address of this machine at which an asker reaches it: in the asker's network. */
function ownAddressFor(asker: string): string {
  const inNetwork = ({ address, netmask }: { address: string; netmask: string }) =>
    (numberOf(address) & numberOf(netmask)) === (numberOf(asker) & numberOf(netmask));
  return ownNetworks().find(inNetwork)?.address ?? LOOPBACK;
}

/** An IPv4 address or mask as 32 bits. */
function numberOf(address: string): number {
  return address.split('.').reduce((sum, part) => (sum << 8) | Number(part), 0);
}

function ownNetworks(): Array<{ address: string; netmask: string }> {
  return Object.values(networkInterfaces()).flatMap((list) => (list ?? []).filter(({ family }) => family === 'IPv4'));
}

function unescapeXml(text: string): string {
  return text.replace(/&#(\d+);|&(amp|lt|gt|quot|apos);/g, (_all, code: string | undefined, name: string) =>
    code === undefined
      ? { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }[name]!
      : String.fromCharCode(Number(code)),
  );
}
