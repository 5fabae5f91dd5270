import { X509Certificate } from 'node:crypto';
import { isIP } from 'node:net';
import { encode } from 'uqr';
import { isLoopbackHost } from '../auth/addresses.js';
import type { MachineNames } from './machine-names.js';

/** How other devices reach an HTTPS server. */
export interface HttpsAccess {
  /** Addresses for other devices, best first, e.g. `https://192.168.1.7:8080`; empty if none reaches the server. */
  readonly urls: readonly string[];
  /** Why `urls` is empty. */
  readonly reason?: string;
  /** For a generated certificate: path at which its authority is served, and the authority's SHA-256 fingerprint. */
  readonly authority?: { readonly path: string; readonly fingerprint: string };
}

/** Path of the authority's certificate, for phones to install. */
export const AUTHORITY_PATH = '/lookout-ca.crt';

const MAX_URLS = 6;

/**
 * @param host the listening address
 * @param authority PEM, for a generated certificate
 * @param certificateNames DNS names of a given certificate, which browsers accept without a warning
 */
export function describeAccess(
  { host, port }: { host: string; port: number },
  names: MachineNames,
  { authority, certificateNames }: { authority: string | undefined; certificateNames: readonly string[] },
): HttpsAccess {
  const own = authority !== undefined;
  const made = own
    ? { authority: { path: AUTHORITY_PATH, fingerprint: new X509Certificate(authority).fingerprint256 } }
    : {};
  if (isLoopbackHost(host)) return { urls: [], reason: `it listens on ${host} only`, ...made };
  const everywhere = host === '0.0.0.0' || host === '::';
  const addresses = everywhere
    ? names.ips.filter((ip) => !isLoopbackHost(ip) && (host === '::' || isIP(ip) === 4))
    : [host];
  const published = certificateNames.filter((name) => !name.startsWith('*') && !isLoopbackHost(name));
  const multicast = everywhere ? names.dns.filter((name) => name.endsWith('.local')) : [];
  const hosts = own ? [...addresses, ...multicast] : [...published, ...addresses];
  const urls = [...new Set(hosts)]
    .slice(0, MAX_URLS)
    .map((name) => `https://${isIP(name) === 6 ? `[${name}]` : name}:${port}`);
  const reason = addresses.length === 0 ? { reason: 'this machine has no address in a local network' } : {};
  return { urls: addresses.length === 0 && own ? [] : urls, ...reason, ...made };
}

/** The notice for the terminal. @param colours whether the terminal supports ANSI colours */
export function accessNotice(access: HttpsAccess, colours: boolean): string {
  const [url, ...others] = access.urls;
  if (url === undefined) return `\nOther devices can't reach this server: ${access.reason}.\n`;
  const lines = ['', 'Phones and other devices in this network open', '', `  ${url}`, '', qrCode(url, colours)];
  if (others.length > 0) lines.push(`Also at ${others.join(', ')}`, '');
  const { authority } = access;
  if (authority) {
    lines.push(
      'The browser warns at first, because this certificate was created by Lookout and not by a public authority.',
      '  Android, Chrome   "Your connection is not private": Advanced, then Proceed',
      '  iPhone, Safari    "This Connection Is Not Private": Show Details, then visit this website',
      '  Firefox           "Potential Security Risk": Advanced, then Accept the Risk and Continue',
      'To get rid of the warning, make the device trust this server. Open there',
      `  ${url}${authority.path}`,
      '  Android           Settings, search for "CA certificate", Install anyway, choose the file',
      '  iPhone            Allow, then Settings: Profile Downloaded, Install; then General, About, Certificate Trust Settings',
      'It is valid for this machine and private addresses only. Its SHA-256 fingerprint:',
      ...(authority.fingerprint.match(/.{1,48}/g) ?? []).map((line) => `  ${line}`),
      '',
    );
  }
  return `${lines.join('\n')}\n`;
}

/**
 * A QR code of half blocks, two modules per character, with its quiet zone. Scanners expect dark on light: colours ensure that;
 * without them the code is drawn for a dark terminal.
 */
export function qrCode(text: string, colours: boolean): string {
  // The standard has four modules of quiet zone (ISO/IEC 18004); most scanners work with two, and terminals are small.
  const { data } = encode(text, { ecc: 'L', border: 2 });
  const lines: string[] = [];
  for (let y = 0; y < data.length; y += 2) {
    const upper = data[y] as boolean[];
    const lower = data[y + 1];
    const drawn = upper.map((isDark, x) => halfBlock(!isDark, !(lower?.[x] ?? false))).join('');
    lines.push(colours ? `  \x1b[97;40m${drawn}\x1b[0m` : `  ${drawn}`);
  }
  return `${lines.join('\n')}\n`;
}

function halfBlock(upper: boolean, lower: boolean): string {
  if (upper) return lower ? '█' : '▀';
  return lower ? '▄' : ' ';
}
