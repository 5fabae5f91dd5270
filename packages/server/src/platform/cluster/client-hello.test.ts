import { createServer } from 'node:net';
import { type ConnectionOptions, connect } from 'node:tls';
import { expect, it } from 'vitest';
import { offersPeerLink } from './client-hello.js';
import { PEER_TLS } from './peer-tls.js';

/** The first bytes that a TLS client with these options sends. */
function helloOf(options: ConnectionOptions): Promise<Buffer> {
  return new Promise((resolve) => {
    const server = createServer((socket) => {
      socket.once('data', (chunk) => {
        socket.destroy();
        server.close();
        resolve(chunk);
      });
    });
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      connect({ ...options, host: '127.0.0.1', port }).on('error', () => undefined);
    });
  });
}

it('recognises a node by its handshake, and takes no other client for one', async () => {
  const pskCallback = () => ({ psk: Buffer.alloc(32), identity: 'n1' });
  const node = await helloOf({ ...PEER_TLS, pskCallback });
  expect(offersPeerLink(node)).toBe(true);
  expect(offersPeerLink(await helloOf({}))).toBe(false);
  expect(offersPeerLink(await helloOf({ maxVersion: 'TLSv1.2', ciphers: 'ALL' }))).toBe(false);
  expect(offersPeerLink(Buffer.from('GET / HTTP/1.1\r\n\r\n'))).toBe(false);
  // Cut off anywhere, it is merely not recognised.
  for (let end = 0; end < node.length; end++) expect(typeof offersPeerLink(node.subarray(0, end))).toBe('boolean');
  expect(offersPeerLink(node.subarray(0, 44))).toBe(false);
});
