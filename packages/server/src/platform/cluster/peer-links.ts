import { Agent, type IncomingMessage, type OutgoingHttpHeaders, request } from 'node:http';
import type { Socket } from 'node:net';
import type { Readable } from 'node:stream';
import { connect } from 'node:tls';
import { LookoutError } from '@lookout/protocol';
import { WebSocket } from 'ws';
import { PEER_PROTOCOL, PEER_PROTOCOL_HEADER, PEER_TLS, peerKeyOf } from './peer-tls.js';
import type { NodeId, PeerNode } from './placement.js';

/** A request to another node. */
export interface PeerRequest {
  readonly method: string;
  readonly path: string;
  readonly headers: OutgoingHttpHeaders;
  readonly body?: Readable;
  /** Ends it. */
  readonly signal: AbortSignal;
  /** Maximum time up to the head of the answer. */
  readonly timeoutMs?: number;
}

export interface UpgradedPeer {
  readonly response: IncomingMessage;
  readonly socket: Socket;
  readonly head: Buffer;
}

export interface PeerSocketEvents {
  /** Largest message accepted, bytes. */
  readonly maxPayload: number;
  onOpen?(): void;
  /** @param data a Buffer of its own memory or of a larger one */
  onMessage(data: Buffer, isBinary: boolean): void;
  /** It has ended, or could not be opened. Called once, and nothing after it. */
  onClosed(reason: LookoutError): void;
}

const CONNECT_TIMEOUT_MS = 3000;
const ANSWER_TIMEOUT_MS = 10_000;
/** Requests to one node at a time; the events of each detection session hold one. */
const MAX_SOCKETS_PER_NODE = 2048;
/** Unused connections kept open to one node. */
const MAX_FREE_SOCKETS = 4;
const RETRY_AFTER_S = 2;

/**
 * Connections to the other nodes, over TLS with a key made of the join secret: both sides prove that they know it, and neither needs a
 * certificate. Connections for requests are kept and used again.
 */
export class PeerLinks {
  readonly #here: NodeId;
  readonly #key: Buffer;
  readonly #agents = new Map<string, Agent>();

  constructor(here: NodeId, joinSecret: string) {
    this.#here = here;
    this.#key = peerKeyOf(joinSecret);
  }

  /**
   * Resolves with the head of the answer.
   * @throws LookoutError `unavailable` if the node does not answer, or is not one of this cluster and version
   */
  request(node: PeerNode, { method, path, headers, body, signal, timeoutMs }: PeerRequest): Promise<IncomingMessage> {
    return new Promise((resolve, reject) => {
      const sent = request({ agent: this.#agentOf(node), method, path, headers: this.#headers(headers), signal });
      const timer = setTimeout(() => sent.destroy(noAnswer(node)), timeoutMs ?? ANSWER_TIMEOUT_MS);
      sent.once('error', (error) => {
        clearTimeout(timer);
        reject(peerError(error, node));
      });
      sent.once('response', (response) => {
        clearTimeout(timer);
        const refusal = versionRefusal(response, node);
        if (refusal) sent.destroy(refusal);
        else resolve(response);
      });
      if (body) body.pipe(sent);
      else sent.end();
    });
  }

  /** The same for a request that is to become a socket: resolves with it, or with the answer that refuses it. */
  upgrade(node: PeerNode, path: string, headers: OutgoingHttpHeaders): Promise<UpgradedPeer | IncomingMessage> {
    return new Promise((resolve, reject) => {
      const createConnection = () => this.#connect(node);
      const sent = request({ createConnection, path, headers: this.#headers(headers), timeout: ANSWER_TIMEOUT_MS });
      sent.once('timeout', () => sent.destroy(noAnswer(node)));
      sent.once('error', (error) => reject(peerError(error, node)));
      sent.once('response', resolve);
      sent.once('upgrade', (response, socket, head) => {
        socket.setTimeout(0);
        resolve({ response, socket: socket as Socket, head });
      });
      sent.end();
    });
  }

  /** A WebSocket to a node; see `PeerSocketEvents`. */
  webSocket(node: PeerNode, path: string, events: PeerSocketEvents): WebSocket {
    const socket = new WebSocket(`ws://${new URL(node.url).host}${path}`, {
      createConnection: () => this.#connect(node),
      headers: this.#headers({}),
      perMessageDeflate: false,
      handshakeTimeout: ANSWER_TIMEOUT_MS,
      maxPayload: events.maxPayload,
    });
    let reason: LookoutError | undefined;
    socket.on('error', (error) => {
      reason ??= peerError(error, node);
    });
    socket.once('unexpected-response', (_request, response) => {
      const answered = `Node ${node.id} answered ${response.statusCode} instead of opening a stream`;
      reason = versionRefusal(response, node) ?? new LookoutError('unavailable', answered);
      socket.terminate();
    });
    socket.once('open', () => events.onOpen?.());
    socket.on('message', (data, isBinary) => {
      try {
        events.onMessage(data as Buffer, isBinary);
      } catch (error) {
        // One that can't be read ends the connection, not the process.
        reason ??= new LookoutError('unavailable', `Node ${node.id} sent a message that can't be read`, {
          cause: error,
        });
        socket.terminate();
      }
    });
    socket.once('close', () => {
      events.onClosed(reason ?? new LookoutError('unavailable', `Node ${node.id} has closed the connection`));
    });
    return socket;
  }

  close(): void {
    for (const agent of this.#agents.values()) agent.destroy();
    this.#agents.clear();
  }

  #headers(headers: OutgoingHttpHeaders): Record<string, string> {
    return { [PEER_PROTOCOL_HEADER]: PEER_PROTOCOL, ...headers } as Record<string, string>;
  }

  #agentOf(node: PeerNode): Agent {
    const known = this.#agents.get(node.url);
    if (known) return known;
    const agent = new Agent({
      keepAlive: true,
      maxSockets: MAX_SOCKETS_PER_NODE,
      maxFreeSockets: MAX_FREE_SOCKETS,
      scheduling: 'lifo',
    });
    agent.createConnection = () => this.#connect(node);
    this.#agents.set(node.url, agent);
    return agent;
  }

  #connect(node: PeerNode): Socket {
    const { hostname, port, protocol } = new URL(node.url);
    const socket = connect({
      ...PEER_TLS,
      host: hostname.replace(/^\[|\]$/g, ''),
      port: Number(port || (protocol === 'https:' ? 443 : 80)),
      pskCallback: () => ({ psk: this.#key, identity: this.#here }),
      // The key proves who it is.
      checkServerIdentity: () => undefined,
    });
    const timer = setTimeout(() => socket.destroy(noAnswer(node)), CONNECT_TIMEOUT_MS);
    socket.setNoDelay(true).setKeepAlive(true, 10_000);
    socket.once('secureConnect', () => clearTimeout(timer));
    socket.once('close', () => clearTimeout(timer));
    return socket;
  }
}

/** Why a node could not be talked to, in words. */
export function peerError(error: Error & { code?: string }, node: PeerNode): LookoutError {
  if (error instanceof LookoutError) return error;
  const { id, url } = node;
  const { code = '' } = error;
  const unavailable = (message: string, hint?: string) =>
    new LookoutError('unavailable', message, { retryAfterS: RETRY_AFTER_S, cause: error, ...(hint && { hint }) });
  // Whether OpenSSL's reason is the code or stands in the message depends on what was being done when it came.
  const reason = `${code} ${error.message}`;
  if (/bad.record.mac|decrypt/i.test(reason))
    return unavailable(`Node ${id} has another join secret`, 'Give all nodes the same --join-secret-file.');
  if (/^(ERR_SSL|EPROTO)/.test(code)) {
    return unavailable(
      `${url} does not answer as node ${id} of this cluster`,
      'Check --node-url of that node, and that it was started with --cluster.',
    );
  }
  return unavailable(`Node ${id} does not answer${code ? ` (${code})` : ''}`);
}

function noAnswer({ id }: PeerNode): LookoutError {
  return new LookoutError('unavailable', `Node ${id} does not answer`, { retryAfterS: RETRY_AFTER_S });
}

/** The error for an answer of a node of another version. */
export function versionRefusal({ headers }: IncomingMessage, { id }: PeerNode): LookoutError | undefined {
  const theirs = headers[PEER_PROTOCOL_HEADER];
  if (theirs === PEER_PROTOCOL) return undefined;
  const message = `Node ${id} speaks version ${theirs ?? 'unknown'} of the protocol between nodes, this one ${PEER_PROTOCOL}`;
  return new LookoutError('unavailable', message, {
    hint: 'Run the same version of Lookout on all nodes.',
    retryAfterS: RETRY_AFTER_S,
  });
}
