/** The whole server with sign-in always required, and an API key of each scope. */
import type { ApiKeyScope, Camera, CreatedApiKey, SignIn, User } from '@lookout/protocol';
import { expect } from 'vitest';
import { WebSocket } from 'ws';
import { startWholeServer, type WholeServer } from './whole-server.js';

export const bearer = (key: string | undefined): Record<string, string> =>
  key === undefined ? {} : { Authorization: `Bearer ${key}` };

/** The headers of a request with an API key, or with a session's cookie. */
export function credentials(secret: string | undefined): Record<string, string> {
  return secret?.startsWith('lookout_session=') ? { cookie: secret } : bearer(secret);
}

export class KeyedServer {
  readonly keys: Partial<Record<string, string>> = {};

  private constructor(readonly server: WholeServer) {
    this.keys.admin = server.firstKey as string;
  }

  static async start(env: Record<string, string> = {}, prepare?: (directory: string) => void): Promise<KeyedServer> {
    const all = { LOOKOUT_SIGN_IN: 'always', ...env };
    const keyed = new KeyedServer(await startWholeServer({ env: all, logLevel: 'trace', ...(prepare && { prepare }) }));
    for (const scope of ['operator', 'viewer', 'detect'] as const)
      keyed.keys[scope] = (await keyed.makeKey(scope, scope)).key;
    return keyed;
  }

  async makeKey(name: string, scope: ApiKeyScope, cameras?: string[]): Promise<CreatedApiKey> {
    const made = await this.server.call<CreatedApiKey>(
      'POST',
      '/api/keys',
      { name, scope, cameras },
      bearer(this.keys.admin),
    );
    expect(made.status).toBe(201);
    return made.body;
  }

  /** A user's session, as the cookie of a browser. */
  async signInUser(name: string, role: ApiKeyScope, cameras?: string[]): Promise<{ id: string; cookie: string }> {
    const password = `password of ${name}`;
    const user = { name, role, password, ...(cameras && { cameras }) };
    const made = await this.server.call<User>('POST', '/api/users', user, bearer(this.keys.admin));
    expect(made.status).toBe(201);
    return { id: made.body.id, cookie: await this.signIn({ name, password }) };
  }

  /** @returns the cookie; empty if the sign-in was refused */
  async signIn(body: SignIn, headers: Record<string, string> = {}): Promise<string> {
    const answer = await fetch(`${this.server.url}/api/session`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', ...headers },
      body: JSON.stringify(body),
    });
    return answer.headers.get('set-cookie')?.split(';')[0] ?? '';
  }

  async addCamera(id: string, url?: string): Promise<Camera> {
    const body = url === undefined ? { id, kind: 'push' } : { id, name: id, url };
    return (await this.server.call<Camera>('POST', '/api/cameras', body, bearer(this.keys.admin))).body;
  }

  /** The status that a request or upgrade is answered with; 101 where a socket opens. */
  statusOf(method: string, path: string, key: string | undefined): Promise<number> {
    return method === 'WS' ? this.#upgradeStatus(path, key) : this.requestStatus(method, path, key);
  }

  async requestStatus(method: string, path: string, key?: string, init: RequestInit = {}): Promise<number> {
    const abort = new AbortController();
    const headers = { ...credentials(key), ...init.headers };
    const response = await fetch(this.server.url + path, { ...init, method, headers, signal: abort.signal });
    abort.abort();
    return response.status;
  }

  #upgradeStatus(path: string, key: string | undefined): Promise<number> {
    const socket = new WebSocket(this.server.wsUrl + path, { headers: credentials(key) });
    return new Promise((resolve, reject) => {
      socket
        .once('unexpected-response', (_request, response) => resolve(response.statusCode ?? 0))
        .once('error', reject);
      socket.once('open', () => {
        socket.terminate();
        resolve(101);
      });
    });
  }
}
