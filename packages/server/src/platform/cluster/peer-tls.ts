import { hkdfSync } from 'node:crypto';
import type { SecureContextOptions } from 'node:tls';

/** Version of what nodes say to each other. Nodes of different versions do not talk. */
export const PEER_PROTOCOL = '1';
/** Names the version in every request and answer between nodes. */
export const PEER_PROTOCOL_HEADER = 'lookout-peer';

/**
 * TLS between nodes. The key exchange is ephemeral (ECDHE), so that a join secret that leaks later opens no recorded connection. TLS 1.3
 * has no such suites in OpenSSL's interface of callbacks.
 */
export const PEER_TLS = {
  ciphers: 'ECDHE-PSK-CHACHA20-POLY1305',
  minVersion: 'TLSv1.2',
  maxVersion: 'TLSv1.2',
} as const satisfies SecureContextOptions;

/** The pre-shared key of the nodes with this join secret, 32 bytes. */
export function peerKeyOf(joinSecret: string): Buffer {
  return Buffer.from(hkdfSync('sha256', joinSecret, 'lookout', 'link between nodes', 32));
}
