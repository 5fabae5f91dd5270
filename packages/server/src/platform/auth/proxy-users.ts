import { isUtf8 } from 'node:buffer';
import { isIP } from 'node:net';
import { type ApiKeyScope, LookoutError } from '@lookout/protocol';
import { type AuthSettings, addressList, roleOf } from '../config/sign-in-settings.js';
import type { LogLimit } from '../metrics/log-limit.js';
import type { Accounts } from './accounts.js';
import type { GateRequest } from './gate-request.js';
import type { OutsideUsers } from './outside-users.js';
import type { SignedIn } from './principal.js';
import { type Identity, PROXY_ISSUER } from './users.js';

export interface ProxyUsersOptions {
  readonly settings: AuthSettings['proxy'];
  readonly accounts: Accounts;
  readonly outside: OutsideUsers;
  /** Called with each request from elsewhere that names a user. */
  readonly onIgnored: () => void;
  readonly log: { warn(details: object, message: string): void };
  /** Of `log`. */
  readonly logLimit: LogLimit;
}

/** Maximum length of a user's name, characters; longer ones are nobody's. */
const MAX_NAME = 200;
const MAX_GROUPS = 500;

/** Users whom a proxy names in a header of each request, having signed them in itself. Only proxies at known addresses are believed. */
export class ProxyUsers {
  readonly #options: ProxyUsersOptions;
  readonly #proxies;

  constructor(options: ProxyUsersOptions) {
    this.#options = options;
    this.#proxies = addressList(options.settings.from);
  }

  /**
   * The request with the user whom the proxy names. What such a proxy sends as `Authorization` is only a credential of Lookout if it
   * is a key: others are the proxy's own, and would let a page of another site call as this user.
   */
  hear(request: GateRequest): GateRequest {
    const { user_header, groups_header } = this.#options.settings;
    const { headers } = request;
    if (headers[user_header] === undefined || !this.#isProxy(request.address)) return request;
    const name = textOf(headers[user_header]);
    const { authorization, ...others } = headers;
    const isKey = /^Bearer +lk_/i.test(authorization ?? '');
    return {
      ...request,
      headers: isKey ? headers : others,
      proxied: {
        name: name.length > MAX_NAME ? '' : name,
        groups: textOf(headers[groups_header])
          .split(',', MAX_GROUPS)
          .map((group) => group.trim()),
      },
    };
  }

  /** Makes or changes the user whom the proxy names; to be called before `find`. @throws LookoutError `storage_failed`, `conflict` */
  async learn(request: GateRequest): Promise<void> {
    const { proxied } = request;
    if (!proxied) return this.#countIgnored(request);
    const { accounts, outside } = this.#options;
    if (proxied.name === '') return;
    const person = { identity: identityOf(proxied.name), name: proxied.name, displayName: proxied.name };
    const role = this.#roleOf(proxied);
    if (role === undefined) return outside.refuse(person, request.address);
    if (accounts.users.byIdentity(person.identity)?.user.role !== role) {
      await outside.admit({ ...person, role }, request.address);
    }
  }

  /**
   * The user whom the proxy names; undefined if it names none.
   * @throws LookoutError `forbidden` if none of the groups has a role, or the user may not enter
   */
  find({ proxied }: GateRequest): SignedIn | undefined {
    if (!proxied || proxied.name === '') return undefined;
    const { name } = proxied;
    const role = this.#roleOf(proxied);
    if (role === undefined) {
      throw new LookoutError('forbidden', `${name} has no role in Lookout`, {
        hint: 'The proxy has signed you in, but none of your groups has a role here. Ask whoever runs Lookout to name one under auth.proxy.roles in lookout.yaml.',
      });
    }
    const found = this.#options.accounts.byIdentity(identityOf(name));
    if (found) return { ...found, scope: role };
    throw new LookoutError('forbidden', `${name} can’t sign in to Lookout`, {
      hint: 'Somebody who is an admin can change this in Settings, People.',
    });
  }

  #roleOf({ groups }: { groups: readonly string[] }): ApiKeyScope | undefined {
    return roleOf(groups, this.#options.settings.roles);
  }

  #isProxy(address: string): boolean {
    const family = isIP(address);
    return family !== 0 && this.#proxies.check(address, family === 6 ? 'ipv6' : 'ipv4');
  }

  #countIgnored({ headers, address }: GateRequest): void {
    const { settings, onIgnored, log, logLimit } = this.#options;
    if (headers[settings.user_header] === undefined) return;
    onIgnored();
    const count = logLimit.count();
    if (count === undefined) return;
    const about = { address, header: settings.user_header, count };
    log.warn(about, 'a user was named by an address that is not in auth.proxy.from: this is ignored');
  }
}

const identityOf = (name: string): Identity => ({ issuer: PROXY_ISSUER, subject: name });

/** A header's text: proxies send UTF-8, which Node reads byte by byte. */
function textOf(value: string | string[] | undefined): string {
  const text = [value ?? ''].flat().join(',');
  const bytes = Buffer.from(text, 'latin1');
  return (isUtf8(bytes) ? bytes.toString() : text).trim();
}
