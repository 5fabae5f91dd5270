import { lookup } from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import { isForbidden, reachOf } from '@lookout/media';
import { LookoutError } from '@lookout/protocol';

/**
 * Decides which addresses webhooks may reach: the internet and the home network, but neither this machine nor link-local or metadata
 * addresses, which only programs on this machine are meant to reach. Hosts that the settings allow may be anywhere.
 *
 * Checked when a webhook is saved and again for every connection, since a name may lead elsewhere later. The connection goes to exactly
 * the address that was checked.
 */
export class WebhookAddresses {
  readonly #allowedHosts: ReadonlySet<string>;

  /** @param allowedHosts names or addresses, without port */
  constructor(allowedHosts: readonly string[]) {
    this.#allowedHosts = new Set(allowedHosts.map(bareHost));
  }

  /** @throws LookoutError `validation_failed` if the URL itself shows that it can't be delivered to */
  check(url: string): void {
    const { hostname, username, password } = new URL(url);
    if (username !== '' || password !== '') {
      throw invalid('expected an address without user and password', 'Messages are signed with the secret instead.');
    }
    const host = bareHost(hostname);
    if (this.#allowedHosts.has(host)) return;
    const isOwnName = host === 'localhost' || host.endsWith('.localhost');
    if (isOwnName || (isIP(host) !== 0 && !mayReach(host))) {
      throw invalid(
        `webhooks may not reach ${host}`,
        `It is this machine or a special address. To allow it, add ${host} to webhooks.allowed_hosts in the settings.`,
      );
    }
  }

  /** For the `lookup` of connections: fails with LookoutError `forbidden` if a name leads to no address that may be reached. */
  readonly lookup: LookupFunction = (hostname, options, callback) => {
    lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return callback(error, []);
      const isAllowed = this.#allowedHosts.has(bareHost(hostname));
      const allowed = isAllowed ? addresses : addresses.filter(({ address }) => mayReach(address));
      const first = allowed[0];
      if (first === undefined) callback(refused(hostname), []);
      else if (options.all) callback(null, allowed);
      else callback(null, first.address, first.family);
    });
  };
}

function mayReach(address: string): boolean {
  const reach = reachOf(address);
  return (reach === 'public' || reach === 'private') && !isForbidden(address);
}

function bareHost(host: string): string {
  return host.replace(/^\[|\]$/g, '').toLowerCase();
}

function invalid(problem: string, hint: string): LookoutError {
  return new LookoutError('validation_failed', `url: ${problem}`, { hint });
}

function refused(host: string): LookoutError {
  return new LookoutError('forbidden', `${host} leads to this machine or to a special address`, {
    hint: `To allow it, add ${host} to webhooks.allowed_hosts in the settings.`,
  });
}
