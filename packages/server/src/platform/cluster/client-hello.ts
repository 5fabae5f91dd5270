/** TLS_ECDHE_PSK_WITH_CHACHA20_POLY1305_SHA256 (RFC 7905). */
const PEER_SUITE = 0xccac;
/** Of the first record: type, version and length, type and length of the handshake message, its version and random number. */
const SESSION_ID_AT = 5 + 4 + 2 + 32;
const HANDSHAKE_RECORD = 0x16;
const CLIENT_HELLO = 1;

/**
 * Whether a connection begins as those between nodes do: with a TLS handshake that offers the cipher suite of a pre-shared key. Browsers
 * and other clients never offer one.
 * @param chunk the first bytes received; a node sends its whole hello at once
 */
export function offersPeerLink(chunk: Uint8Array): boolean {
  if (chunk[0] !== HANDSHAKE_RECORD || chunk[5] !== CLIENT_HELLO) return false;
  const at = SESSION_ID_AT + 1 + (chunk[SESSION_ID_AT] ?? 0);
  const end = Math.min(at + 2 + uint16(chunk, at), chunk.length - 1);
  for (let i = at + 2; i < end; i += 2) if (uint16(chunk, i) === PEER_SUITE) return true;
  return false;
}

function uint16(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
