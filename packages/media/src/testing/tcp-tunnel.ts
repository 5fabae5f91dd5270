import { createSocket } from 'node:dgram';
import { once } from 'node:events';
import { connect } from 'node:net';
import { FrameReader, framed } from '../webrtc/tcp/framing.js';

const LOOPBACK = '127.0.0.1';

export interface TcpTunnel {
  /** The answer as seen through the tunnel: its one candidate. */
  answer(sdp: string): string;
  close(): void;
}

/** Carries what a client sends by UDP over TCP (RFC 4571) to a port on loopback, since werift's own TCP gives up after 50 ms. */
export async function openTcpTunnel(port: number): Promise<TcpTunnel> {
  const outside = connect(port, LOOPBACK);
  const inside = createSocket('udp4').bind(0, LOOPBACK);
  const reader = new FrameReader();
  let client: { port: number; address: string } | undefined;
  outside.on('error', () => undefined);
  inside.on('message', (packet, from) => {
    client = from;
    outside.write(framed(packet));
  });
  outside.on('data', (chunk: Buffer) => {
    for (const packet of reader.push(chunk)) if (client) inside.send(packet, client.port, client.address);
  });
  await Promise.all([once(outside, 'connect'), once(inside, 'listening')]);
  const candidate = `a=candidate:1 1 udp 1 ${LOOPBACK} ${inside.address().port} typ host\r\n`;
  return {
    answer: (sdp) => sdp.replace(/^(?:a=candidate:.*\r\n)+/m, candidate),
    close: () => {
      outside.destroy();
      inside.close();
    },
  };
}
