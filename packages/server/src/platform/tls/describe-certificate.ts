import { X509Certificate } from 'node:crypto';
import type { Certificate } from '@lookout/protocol';
import { AUTHORITY_PATH } from './access.js';

/**
 * A certificate, for the owner of the server.
 * @param pem may contain intermediate certificates after it. @param authority PEM, if the server made both
 */
export function describeCertificate(pem: string, authority: string | undefined): Certificate {
  const certificate = new X509Certificate(pem);
  const { subjectAltName = '', issuer, validTo, fingerprint256 } = certificate;
  const names = [...subjectAltName.matchAll(/(?:DNS|IP Address):([^,\s]+)/g)].map(([, name]) => name!);
  return {
    made_here: authority !== undefined,
    names,
    issuer: commonName(issuer),
    valid_until: Date.parse(validTo),
    fingerprint: fingerprint256,
    ...(authority !== undefined && { authority: describeAuthority(authority) }),
  };
}

function describeAuthority(pem: string): NonNullable<Certificate['authority']> {
  const { fingerprint256, validTo } = new X509Certificate(pem);
  return { path: AUTHORITY_PATH, fingerprint: fingerprint256, valid_until: Date.parse(validTo) };
}

/** @param name as Node writes it: `C=US`, `O=Let's Encrypt`, `CN=R3`, one a line */
function commonName(name: string): string {
  return /^CN=(.+)$/m.exec(name)?.[1] ?? name.replaceAll('\n', ', ');
}
