import { createSocket } from 'node:dgram';
import { connect, createServer, isIPv6 } from 'node:net';
import { networkInterfaces } from 'node:os';
import { isLoopbackHost } from '../platform/auth/addresses.js';
import type { Settings } from '../platform/config/settings.js';
import { findLookout } from './find-lookout.js';

export interface Finding {
  name: string;
  /** `info`: nothing that can fail; `warn`: works, but not as well as it could. */
  state: 'ok' | 'info' | 'warn' | 'fail';
  detail: string;
}

const RTMP_VERSION = 3;
const RTMP_ANSWER_TIMEOUT_MS = 2000;
/** C1 of a handshake: time, zero, random bytes. */
const RTMP_C1_BYTES = 1536;

/** The ports that the server would listen on. */
export async function networkChecks(settings: Settings): Promise<Finding[]> {
  return [
    await pagePort(settings),
    await rtmpPort(settings),
    ...(await webRtcPorts(settings)),
    await webRtcTcpPort(settings),
  ];
}

async function pagePort({ server: { host, port: wanted } }: Settings): Promise<Finding> {
  const name = 'port';
  const where = `${host} port ${wanted}`;
  const code = await whyNotListening(host, wanted);
  if (code === undefined) return { name, state: 'ok', detail: `${where} is free` };
  if (code !== 'EADDRINUSE') return { name, state: 'fail', detail: `${where} can't be listened on: ${code}` };
  const lookout = await findLookout(host, wanted);
  if (lookout) {
    const detail = `${where} is in use by a running Lookout (for ${lookout.uptime_s} s); a second one needs another --port`;
    return { name, state: 'info', detail };
  }
  return { name, state: 'fail', detail: `${where} is in use by another program; choose another with --port` };
}

/** Without this port the server does all the rest, so nothing here fails. */
async function rtmpPort({ server: { host, port, rtmp_port: wanted = 0 } }: Settings): Promise<Finding> {
  const name = 'RTMP port';
  if (wanted === 0) return { name, state: 'info', detail: 'off, so encoders can publish by WebRTC only' };
  const where = `${host} port ${wanted}`;
  const code = await whyNotListening(host, wanted);
  if (code === undefined) return { name, state: 'ok', detail: `${where} is free${reach(host)}` };
  if (code !== 'EADDRINUSE') return { name, state: 'warn', detail: `${where} can't be listened on: ${code}` };
  const isRtmp = await speaksRtmp(host, wanted);
  if (isRtmp && (await findLookout(host, port))) {
    return { name, state: 'ok', detail: `${where} answers, by the running Lookout${reach(host)}` };
  }
  const user = isRtmp ? 'another RTMP server' : 'another program';
  return {
    name,
    state: 'warn',
    detail: `${where} is in use by ${user}; choose another with --rtmp-port, or 0 for none`,
  };
}

async function webRtcPorts({ server: { host, port }, webrtc, limits }: Settings): Promise<Finding[]> {
  const name = 'WebRTC ports';
  const { udp_ports: range, public_ip: publicIp, tcp_port: tcpPort = port } = webrtc;
  const findings: Finding[] = [];
  if (range === undefined) {
    const free = await isUdpFree(host, 0);
    const detail = free ? `any free UDP port${reach(host)}` : `no UDP port can be opened on ${host}`;
    findings.push({ name, state: free ? 'ok' : 'warn', detail });
  } else {
    const [low = 0, high = 0] = range.split('-').map(Number);
    const ports = Array.from({ length: high - low + 1 }, (_, index) => low + index).slice(0, limits.webrtc_sessions);
    const free = (await Promise.all(ports.map((port) => isUdpFree(host, port)))).filter(Boolean).length;
    const enough = free === ports.length;
    const detail = `${free} of the first ${ports.length} UDP ports in ${range} are free${reach(host)}`;
    findings.push({ name, state: enough ? 'ok' : 'warn', detail });
  }
  if (publicIp !== undefined) findings.push(publicAddress(publicIp, range, tcpPort));
  return findings;
}

/** Without it clients have UDP, so nothing here fails. */
async function webRtcTcpPort({ server: { host, port }, webrtc: { tcp_port: wanted } }: Settings): Promise<Finding> {
  const name = 'WebRTC over TCP';
  if (wanted === undefined) return { name, state: 'ok', detail: `at the port of the pages, ${port}` };
  if (wanted === 0) return { name, state: 'info', detail: 'off, so nothing gets through where UDP is blocked' };
  const where = `${host} port ${wanted}`;
  const code = await whyNotListening(host, wanted);
  if (code === undefined) return { name, state: 'ok', detail: `${where} is free${reach(host)}` };
  if (code === 'EADDRINUSE' && (await findLookout(host, port)))
    return { name, state: 'info', detail: `${where} is in use, probably by the running Lookout` };
  const why = code === 'EADDRINUSE' ? 'is in use by another program' : `can't be listened on: ${code}`;
  return { name, state: 'warn', detail: `${where} ${why}; choose another with --webrtc-tcp-port` };
}

function publicAddress(address: string, range: string | undefined, tcpPort: number): Finding {
  const name = 'public address';
  const own = Object.values(networkInterfaces()).some((each) => each?.some((one) => one.address === address));
  if (own) return { name, state: 'ok', detail: `${address} is an address of this machine` };
  const overTcp = tcpPort === 0 ? '' : ` and TCP port ${tcpPort}`;
  if (range !== undefined)
    return {
      name,
      state: 'info',
      detail: `${address}: forward UDP ports ${range}${overTcp} from there to this machine`,
    };
  const detail = `${address} is not of this machine, and without fixed ports nothing can be forwarded: set --webrtc-ports`;
  return { name, state: 'warn', detail };
}

const reach = (host: string) => (isLoopbackHost(host) ? ', for this machine only: others need --host 0.0.0.0' : '');

/** @returns the error's code; undefined if it can be listened on. */
function whyNotListening(host: string, wanted: number): Promise<string | undefined> {
  return new Promise((resolve) => {
    const probe = createServer();
    probe.once('error', ({ code, message }: NodeJS.ErrnoException) => resolve(code ?? message));
    probe.listen({ host, port: wanted, exclusive: true }, () => probe.close(() => resolve(undefined)));
  });
}

function isUdpFree(host: string, port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const probe = createSocket(isIPv6(host) ? 'udp6' : 'udp4');
    probe.once('error', () => probe.close(() => resolve(false)));
    probe.bind({ address: host, port, exclusive: true }, () => probe.close(() => resolve(true)));
  });
}

/** Begins a handshake, and sees whether the answer is of the same version. */
function speaksRtmp(host: string, port: number): Promise<boolean> {
  const address = host === '0.0.0.0' || host === '::' ? 'localhost' : host;
  return new Promise((resolve) => {
    const socket = connect(port, address, () => {
      socket.write(Buffer.concat([Buffer.of(RTMP_VERSION), Buffer.alloc(RTMP_C1_BYTES)]));
    });
    const end = (answer: boolean) => {
      socket.destroy();
      resolve(answer);
    };
    socket.setTimeout(RTMP_ANSWER_TIMEOUT_MS, () => end(false));
    socket.once('data', (bytes) => end(bytes[0] === RTMP_VERSION));
    socket.once('error', () => end(false));
    socket.once('close', () => end(false));
  });
}
