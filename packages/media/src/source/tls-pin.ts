import { createHash } from 'node:crypto';
import { isIP, type LookupFunction } from 'node:net';
import { connect, type TLSSocket } from 'node:tls';
import { LookoutError } from '@lookout/protocol/core';

/** The camera's certificate is not trusted. Somebody who knows that it is the camera's own can accept it by its pin. */
export class UntrustedCertificateError extends LookoutError {
  /** Pin of the certificate that was presented: `sha256/…`. */
  readonly tlsPin: string;

  constructor(message: string, hint: string, tlsPin: string) {
    super('camera_refused', message, { hint });
    this.tlsPin = tlsPin;
  }
}

export interface TlsAddress {
  /** Host name or address, IPv6 without brackets. */
  host: string;
  port: number;
  /** Resolves the name. Default: the system's. */
  lookup?: LookupFunction | undefined;
  /** The only certificate to accept. Absent: any that the machine's authorities vouch for and that names the host. */
  tlsPin?: string | undefined;
}

/** Identifies a certificate (DER): `sha256/` and the Base64 of its SHA-256. */
export function pinOf(certificate: Uint8Array): string {
  return `sha256/${createHash('sha256').update(certificate).digest('base64')}`;
}

/**
 * Opens a TLS connection to a camera.
 * @param onTrusted called once the certificate is accepted; the caller must send nothing before. A certificate that is not accepted
 *    destroys the socket with an `UntrustedCertificateError`.
 */
export function connectTls({ host, port, lookup, tlsPin }: TlsAddress, onTrusted: () => void): TLSSocket {
  // The certificate is checked below, not by OpenSSL: with a pin no other check applies, and without one the error must name its pin.
  const socket = connect({
    host,
    port,
    rejectUnauthorized: false,
    ...(lookup && { lookup }),
    ...(isIP(host) === 0 && { servername: host }),
  });
  socket.once('secureConnect', () => {
    const error = judge(socket, host, port, tlsPin);
    if (error === undefined) onTrusted();
    else socket.destroy(error);
  });
  return socket;
}

function judge(socket: TLSSocket, host: string, port: number, tlsPin?: string): UntrustedCertificateError | undefined {
  const seen = pinOf(socket.getPeerCertificate().raw);
  if (tlsPin === undefined ? socket.authorized : seen === tlsPin) return undefined;
  const where = `${host.includes(':') ? `[${host}]` : host}:${port}`;
  if (tlsPin !== undefined) {
    return new UntrustedCertificateError(
      `The certificate of ${where} is not the accepted one: expected ${tlsPin}, got ${seen}`,
      `If the camera has a new certificate, accept it: set the camera's tls_pin to ${seen}. Otherwise another machine may be answering.`,
      seen,
    );
  }
  return new UntrustedCertificateError(
    `The certificate of ${where} is not trusted: ${reason(String(socket.authorizationError))}`,
    `If it is the camera's own, accept it: set the camera's tls_pin to ${seen}.`,
    seen,
  );
}

/** @param code of OpenSSL or Node. */
function reason(code: string): string {
  switch (code) {
    case 'DEPTH_ZERO_SELF_SIGNED_CERT':
    case 'SELF_SIGNED_CERT_IN_CHAIN':
      return 'it is self-signed';
    case 'CERT_HAS_EXPIRED':
      return 'it has expired';
    case 'CERT_NOT_YET_VALID':
      return "it is not valid yet by this machine's clock";
    case 'ERR_TLS_CERT_ALTNAME_INVALID':
      return 'it was issued for another name';
    case 'UNABLE_TO_GET_ISSUER_CERT':
    case 'UNABLE_TO_GET_ISSUER_CERT_LOCALLY':
    case 'UNABLE_TO_VERIFY_LEAF_SIGNATURE':
      return 'its issuer is unknown';
    default:
      return code;
  }
}
