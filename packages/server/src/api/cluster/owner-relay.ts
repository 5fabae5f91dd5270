import type { IncomingHttpHeaders, IncomingMessage, OutgoingHttpHeaders, ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { pipeline, Readable } from 'node:stream';
import { LookoutError, type LookoutErrorOptions } from '@lookout/protocol';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { ACCESS_HEADER, passAccess } from '../../platform/cluster/passed-access.js';
import type { PeerLinks, UpgradedPeer } from '../../platform/cluster/peer-links.js';
import { PEER_PROTOCOL_HEADER } from '../../platform/cluster/peer-tls.js';
import type { NodeId, PeerNode, Placement } from '../../platform/cluster/placement.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Whether only the node that reads the camera can answer: in a cluster, other nodes pass the request on to it. */
    atOwner?: boolean;
  }
}

export interface OwnerRelayOptions {
  readonly links: Pick<PeerLinks, 'request' | 'upgrade'>;
  readonly placement: Pick<Placement, 'here' | 'ownerOf' | 'peers'>;
  /** Whether there is such a camera. */
  knows(camera: string): boolean;
  /** A request was passed on, and answered or not. */
  onPassed(isAnswered: boolean): void;
}

/** What a request is about that one node alone has. */
export interface Belonging {
  /** As errors begin, e.g. `Camera "yard"`. */
  readonly name: string;
  /** The node that has it; undefined: this one. */
  readonly node: NodeId | undefined;
  /** The error if that node is not up. Default: `unavailable`, which names it. undefined: this node answers in its place. */
  away?(node: NodeId): LookoutError | undefined;
}

/** Passes requests on to nodes. */
export interface NodeRelay {
  /**
   * Passes a request on, with its caller.
   * @returns false if this node is to answer
   * @throws LookoutError `unavailable`, or what the belonging says
   */
  passOn(request: FastifyRequest, reply: FastifyReply, belonging: Belonging): Promise<boolean>;
  /** The same for what only the node that reads a camera knows. @throws LookoutError `unavailable` while no node reads it */
  passToOwner(request: FastifyRequest, reply: FastifyReply, cameraId: string): Promise<boolean>;
}

const RETRY_AFTER_S = 2;
/** Tests of rules look at many kept frames. */
const ANSWER_TIMEOUT_MS = 30_000;
/** Those of one connection (RFC 9110, 7.6.1), and what nodes say to each other. */
const OWN_HEADERS: ReadonlySet<string> = new Set([
  ...['connection', 'keep-alive', 'proxy-connection', 'te', 'trailer', 'transfer-encoding', 'upgrade'],
  ...[PEER_PROTOCOL_HEADER, ACCESS_HEADER],
]);
/** The caller's own credentials stay here: who it is has been found out. */
const CREDENTIALS: ReadonlySet<string> = new Set(['authorization', 'cookie']);

/**
 * Passes requests about one camera on to the node that reads it, and others to the node that has what they are about, with the caller that was
 * admitted here. Both directions are streamed. A request is passed on once: a node that does not read the camera any more refuses it.
 */
export class OwnerRelay implements NodeRelay {
  readonly #options: OwnerRelayOptions;

  constructor(options: OwnerRelayOptions) {
    this.#options = options;
  }

  /** Adds this to the routes of `app` that say so. Call it once callers are admitted, before bodies are read. */
  install(app: FastifyInstance): void {
    app.addHook('onRequest', async (request, reply) => {
      const { config } = request.routeOptions;
      // Sockets are passed on once they are counted.
      if (!config.atOwner || config.socket) return;
      if (await this.passToOwner(request, reply, request.cameraId)) return reply;
    });
  }

  async passToOwner(request: FastifyRequest, reply: FastifyReply, cameraId: string | undefined): Promise<boolean> {
    const node = this.ownerOf({ cameraId, raw: request.raw });
    if (node === undefined) return false;
    await this.#answer(node, request, reply, nameOf({ cameraId }));
    return true;
  }

  async passOn(request: FastifyRequest, reply: FastifyReply, { name, node, away }: Belonging): Promise<boolean> {
    const { placement } = this.#options;
    if (node === undefined || node === placement.here) return false;
    const peer = placement.peers().find(({ id }) => id === node);
    if (peer === undefined || request.raw.headers[ACCESS_HEADER] !== undefined) {
      const error = away ? away(node) : unavailable(`${name} is on node ${node}, which is away`);
      if (error === undefined) return false;
      throw error;
    }
    await this.#answer(peer, request, reply, name);
    return true;
  }

  /** The other node that is to answer; undefined: this one is. @throws LookoutError `unavailable` while no node reads the camera */
  ownerOf({ cameraId, raw }: Pick<FastifyRequest, 'cameraId' | 'raw'>): PeerNode | undefined {
    return this.#ownerOf(cameraId, raw.headers);
  }

  /** A connection of another protocol with the node that reads a camera; undefined: this one does. @throws LookoutError `unavailable` */
  async connect(protocol: string, cameraId: string): Promise<Socket | undefined> {
    const node = this.#ownerOf(cameraId, {});
    if (node === undefined) return undefined;
    const headers = { connection: 'Upgrade', upgrade: protocol };
    const asked = this.#options.links.upgrade(node, `/internal/${protocol}`, headers);
    return connectionOf(node, await this.#passing(node, nameOf({ cameraId }), asked)).socket;
  }

  #ownerOf(cameraId: string | undefined, headers: IncomingHttpHeaders): PeerNode | undefined {
    const { placement, knows } = this.#options;
    if (cameraId === undefined || !knows(cameraId)) return undefined;
    const owner = placement.ownerOf(cameraId);
    if (owner === 'here') return undefined;
    if (owner === undefined || headers[ACCESS_HEADER] !== undefined) {
      throw unavailable(`Camera "${cameraId}" is moving to another node`);
    }
    return owner;
  }

  /** Connects a request for a WebSocket, whose bytes after its head are still to be read, with the node. Resolves once they are. */
  async upgrade(node: PeerNode, request: FastifyRequest, client: Socket): Promise<void> {
    const { raw } = request;
    const headers = { ...passedHeaders(request), connection: 'Upgrade', upgrade: raw.headers.upgrade };
    const answer = await this.#passing(
      node,
      nameOf(request),
      this.#options.links.upgrade(node, raw.url ?? '/', headers),
    );
    const { response, socket, head } = connectionOf(node, answer);
    client.write(`HTTP/1.1 101 Switching Protocols\r\n${linesOf(response.rawHeaders)}\r\n`);
    if (head.length > 0) client.write(head);
    // Either side ends the other.
    for (const [from, to] of [
      [client, socket],
      [socket, client],
    ] as const) {
      from.on('error', () => to.destroy());
      from.once('close', () => to.destroy());
      from.pipe(to);
    }
  }

  async #answer(node: PeerNode, request: FastifyRequest, reply: FastifyReply, name: string): Promise<void> {
    const answer = await this.#passing(node, name, this.#ask(node, request, reply.raw));
    reply.hijack();
    writeHead(reply.raw, answer);
    // A side that breaks off ends the other.
    pipeline(answer, reply.raw, () => undefined);
  }

  #ask(node: PeerNode, request: FastifyRequest, response: ServerResponse): Promise<IncomingMessage> {
    const ended = new AbortController();
    response.once('close', () => ended.abort());
    const { raw } = request;
    const { method = 'GET', url: path = '/' } = raw;
    const headers = passedHeaders(request);
    const { body, length } = bodyOf(request);
    if (length !== undefined) headers['content-length'] = length;
    const limits = { signal: ended.signal, timeoutMs: ANSWER_TIMEOUT_MS };
    return this.#options.links.request(node, { method, path, headers, ...limits, ...(body && { body }) });
  }

  async #passing<T>({ id }: PeerNode, name: string, asked: Promise<T>): Promise<T> {
    const { onPassed } = this.#options;
    try {
      const answer = await asked;
      onPassed(true);
      return answer;
    } catch (error) {
      onPassed(false);
      const { message, hint } = error as LookoutError;
      const reason = message.includes('does not answer') ? 'which does not answer' : `and ${message}`;
      throw unavailable(`${name} is on node ${id}, ${reason}`, { cause: error, ...(hint !== undefined && { hint }) });
    }
  }
}

/** @throws LookoutError `unavailable` if the node has answered anything else */
function connectionOf(node: PeerNode, answer: UpgradedPeer | IncomingMessage): UpgradedPeer {
  if ('head' in answer) return answer;
  answer.resume();
  throw unavailable(`Node ${node.id} refused the connection with ${answer.statusCode}`);
}

function nameOf({ cameraId }: Pick<FastifyRequest, 'cameraId'>): string {
  return `Camera "${cameraId}"`;
}

function unavailable(message: string, options: LookoutErrorOptions = {}): LookoutError {
  return new LookoutError('unavailable', message, { ...options, retryAfterS: RETRY_AFTER_S });
}

/** What is still to be read of a request's body, or else what JSON it was, with its length in bytes. */
function bodyOf({ raw, body }: FastifyRequest): { body?: Readable; length?: number } {
  if (raw.headers['content-length'] === undefined && raw.headers['transfer-encoding'] === undefined) return {};
  if (body === undefined) return { body: raw };
  const json = Buffer.from(JSON.stringify(body));
  return { body: Readable.from([json]), length: json.length };
}

function passedHeaders({ raw, principal, cameraId }: FastifyRequest): OutgoingHttpHeaders {
  const kept = Object.entries(raw.headers).filter(([name]) => !OWN_HEADERS.has(name) && !CREDENTIALS.has(name));
  return { ...Object.fromEntries(kept), [ACCESS_HEADER]: passAccess({ principal, cameraId }) };
}

function writeHead(
  response: ServerResponse,
  { statusCode = 502, headers }: { statusCode?: number; headers: IncomingHttpHeaders },
) {
  for (const [name, value] of Object.entries(headers))
    if (value !== undefined && !OWN_HEADERS.has(name)) response.setHeader(name, value);
  response.writeHead(statusCode);
}

/** Header lines without those between nodes. */
function linesOf(rawHeaders: readonly string[]): string {
  let lines = '';
  for (let i = 0; i + 1 < rawHeaders.length; i += 2) {
    if (rawHeaders[i]?.toLowerCase() !== PEER_PROTOCOL_HEADER) lines += `${rawHeaders[i]}: ${rawHeaders[i + 1]}\r\n`;
  }
  return lines;
}
