import type * as Werift from 'werift';
import type { TcpNetwork } from './peer-transport.js';
import type { TcpAddress } from './tcp/tcp-peer.js';

/** Permissions of TURN are for all ports of an address (RFC 8656 §9). */
const ANY_PORT = 9;

/** What werift's ICE agent keeps to itself. */
interface Agent {
  readonly protocols: Werift.Protocol[];
  ensureProtocol(protocol: Werift.Protocol): void;
}

/**
 * Lets peers reach a session's ICE agent over TCP too, until the agent closes. werift's own TCP would listen on a port for each session, and
 * read without a limit.
 * @param connection the agent, with both sides' names and passwords
 * @param addresses where the port of `tcp` is reached
 * @returns the candidates, as lines of a session description
 */
export function addPassiveTcp(
  werift: typeof Werift,
  connection: Werift.IceConnection,
  { port, admit }: TcpNetwork,
  addresses: readonly string[],
): string[] {
  const { localUsername, localPassword, remoteUsername, remotePassword } = connection;
  const protocol = new werift.StunProtocol();
  const receiver = protocol as unknown as { datagramReceived(packet: Buffer, from: TcpAddress): void };
  const link = admit({
    ufrag: localUsername,
    password: localPassword,
    remote: { ufrag: remoteUsername, password: remotePassword },
    receive: (packet, from) => receiver.datagramReceived(packet, from),
  });
  const transport = {
    closed: false,
    send: async (packet: Buffer, to: TcpAddress) => link.send(packet, to),
    close: async () => {
      transport.closed = true;
      link.close();
    },
  };
  protocol.transport = transport as unknown as Werift.UdpTransport;
  const candidates = addresses.map((address, index) => {
    const priority = werift.candidatePriority('host', {
      transport: 'tcp',
      tcptype: 'passive',
      otherPreference: addresses.length - index,
    });
    const foundation = werift.candidateFoundation('host', 'tcp', address);
    const own = [undefined, undefined, 'passive'] as const;
    return new werift.Candidate(foundation, 1, 'tcp', priority, address, port, 'host', ...own);
  });
  const [first] = candidates;
  if (first !== undefined) protocol.localCandidate = first;
  const agent = connection as unknown as Agent;
  agent.ensureProtocol(protocol);
  agent.protocols.push(protocol);
  return candidates.map((candidate) => `a=candidate:${candidate.toSdp()}\r\n`);
}

/**
 * Lets what comes from an address through the agent's TURN server, if it has one. Browsers that watch name no address of theirs, and the
 * server drops what comes from any that it was not told.
 */
export function letThroughRelay(connection: Werift.IceConnection, address: string): void {
  for (const protocol of (connection as unknown as Agent).protocols) {
    if (protocol.type !== 'turn') continue;
    const { turn } = protocol as Werift.StunOverTurnProtocol;
    // One way less to connect, for example if that address is of IPv6 and the relay's of IPv4.
    turn.getPermission([address, ANY_PORT]).catch(() => undefined);
  }
}
