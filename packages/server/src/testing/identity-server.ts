/// <reference path="./oidc-provider.d.ts" />
/** A real OpenID Connect provider on loopback, at which people sign in without a browser. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Provider } from 'oidc-provider';

export class IdentityServer {
  readonly client = { id: 'lookout', secret: 'the secret of lookout at the provider' };
  /** Their groups, by the name that they sign in with. */
  readonly groups = new Map<string, string[]>();
  #server: Server | undefined;
  #port = 0;

  static async start(): Promise<IdentityServer> {
    const identity = new IdentityServer();
    await identity.listen();
    return identity;
  }

  get issuer(): string {
    return `http://127.0.0.1:${this.#port}`;
  }

  /** Makes Lookout known. @param redirects where people are sent back to @param homes where they go once they have signed out */
  register(redirects: string[], homes: string[]): void {
    const provider = new Provider(this.issuer, {
      clients: [
        {
          ...{ client_id: this.client.id, client_secret: this.client.secret },
          ...{ redirect_uris: redirects, post_logout_redirect_uris: homes },
        },
      ],
      pkce: { required: () => true },
      scopes: ['openid', 'profile', 'groups'],
      claims: { openid: ['sub'], profile: ['name', 'preferred_username'], groups: ['groups'] },
      findAccount: (_context: unknown, id: string) => ({
        accountId: id,
        claims: () => ({
          ...{ sub: id, name: `The ${id}`, preferred_username: id },
          groups: this.groups.get(id) ?? [],
        }),
      }),
      cookies: { keys: ['a key of the provider'] },
      // Given, so that it prints no advice.
      ttl: { Interaction: 600, Session: 600, Grant: 600, AccessToken: 600, IdToken: 600 },
    });
    this.#answer = provider.callback();
  }

  #answer: ReturnType<Provider['callback']> | undefined;

  /** Listens again, at the same port. */
  async listen(): Promise<void> {
    this.#server = createServer((request, response) => this.#answer?.(request, response)).listen(
      this.#port,
      '127.0.0.1',
    );
    await once(this.#server, 'listening');
    this.#port = (this.#server.address() as AddressInfo).port;
  }

  /** Goes away. */
  async close(): Promise<void> {
    this.#server?.closeAllConnections();
    await new Promise((resolve) => this.#server?.close(resolve));
  }

  /**
   * Signs a person in, as a browser would.
   * @param address where Lookout has sent the browser @returns where the provider sends it back to
   */
  async signIn(address: string, login: string): Promise<string> {
    const cookies = new Map<string, string>();
    let url = address;
    let form: URLSearchParams | undefined;
    while (url.startsWith(this.issuer)) {
      const answer = await fetch(url, {
        redirect: 'manual',
        headers: { cookie: [...cookies].map(([name, value]) => `${name}=${value}`).join('; ') },
        ...(form && { method: 'POST', body: form }),
      });
      for (const line of answer.headers.getSetCookie()) {
        const [, name = '', value = ''] = /^([^=]+)=([^;]*)/.exec(line) ?? [];
        cookies.set(name, value);
      }
      form = undefined;
      const next = answer.headers.get('location');
      const page = await answer.text();
      const [action, prompt] = [/action="([^"]+)"/.exec(page)?.[1], /name="prompt" value="(\w+)"/.exec(page)?.[1]];
      if (next === null && prompt !== undefined) form = new URLSearchParams({ prompt, login, password: 'any' });
      if (next === null && action === undefined) throw new Error(`${answer.status} ${page.slice(0, 300)}`);
      url = new URL(next ?? action ?? '', url).href;
    }
    return url;
  }
}
