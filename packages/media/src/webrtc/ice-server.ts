import type * as Werift from 'werift';
import type { IceServer } from './peer-transport.js';

const URL_PARTS = /^(stun|turns?):([^:?]+)(?::(\d+))?(?:\?transport=(udp|tcp))?$/;
const DEFAULT_PORT = { stun: 3478, turn: 3478, turns: 5349 } as const;
const ALLOCATION_S = 600;
/** Of each way to reach it. */
const TRY_TIMEOUT_MS = 5000;
const NO_ANSWER = 'it does not answer: check its address, and whether it runs';

/**
 * Tries a STUN or TURN server as sessions would use it.
 * @returns why it is of no use, for its owner; undefined if it works
 */
export async function tryIceServer(server: IceServer): Promise<string | undefined> {
  const [, kind, host, port, transport] = URL_PARTS.exec(server.url) ?? [];
  if (kind === undefined || host === undefined) return 'its address is not understood';
  const werift = await import('werift');
  const address = [host, Number(port ?? DEFAULT_PORT[kind as keyof typeof DEFAULT_PORT])] as const;
  if (kind === 'stun') return tryStun(werift, address);
  if (server.username === undefined || server.credential === undefined) return 'it needs a username and a credential';
  const ways = {
    udp: () => werift.UdpTransport.init('udp4'),
    tcp: () => werift.TcpTransport.init([...address]),
    tls: () => werift.TlsTransport.init([...address]),
  };
  if (kind === 'turns') return tryTurn(werift, server, address, ways.tls);
  if (transport === 'tcp') return tryTurn(werift, server, address, ways.tcp);
  const problem = await tryTurn(werift, server, address, ways.udp);
  // Sessions fall back to TCP.
  return problem === NO_ANSWER ? tryTurn(werift, server, address, ways.tcp) : problem;
}

async function tryStun(werift: typeof Werift, address: readonly [string, number]): Promise<string | undefined> {
  const protocol = new werift.StunProtocol();
  try {
    await protocol.connectionMade(true);
    const { BINDING } = werift.methods;
    await inTime(protocol.request(new werift.Message(BINDING, werift.classes.REQUEST), [...address]));
    return undefined;
  } catch {
    return NO_ANSWER;
  } finally {
    await protocol.close();
  }
}

async function tryTurn(
  werift: typeof Werift,
  { username = '', credential = '' }: IceServer,
  address: readonly [string, number],
  reach: () => Promise<Werift.Transport>,
): Promise<string | undefined> {
  const reaching = reach();
  let turn: Werift.TurnProtocol | undefined;
  try {
    const transport = await inTime(reaching);
    turn = new werift.TurnProtocol([...address], username, credential, ALLOCATION_S, transport);
    await inTime(turn.connectionMade());
    return undefined;
  } catch (error) {
    const refusal = refusalOf(error);
    if (refusal !== undefined) return `it refuses: ${refusal}`;
    // It has asked who we are, and not answered when it was told.
    return turn?.realm === undefined ? NO_ANSWER : 'it refuses the username or the credential';
  } finally {
    reaching.then((transport) => transport.close()).catch(() => undefined);
    await turn?.close();
  }
}

/** The server's own words, such as `486 Allocation Quota Reached`. */
function refusalOf(error: unknown): string | undefined {
  const { response } = error as { response?: Werift.Message };
  const code: unknown = response?.getAttributeValue('ERROR-CODE');
  return Array.isArray(code) ? code.join(' ').slice(0, 100) : undefined;
}

async function inTime<T>(work: Promise<T>): Promise<T> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('no answer in time')), TRY_TIMEOUT_MS);
  });
  // What fails after that is of no interest.
  work.catch(() => undefined);
  try {
    return await Promise.race([work, late]);
  } finally {
    clearTimeout(timer);
  }
}
