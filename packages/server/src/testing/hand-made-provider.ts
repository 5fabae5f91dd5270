/** A small OpenID Connect provider whose answers a test may spoil. */
import { once } from 'node:events';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { base64url, type CryptoKey, exportJWK, generateKeyPair, type JWTPayload, SignJWT } from 'jose';

export const CLIENT = { id: 'lookout', secret: 'the secret of lookout at the provider' };

export class HandMadeProvider {
  /** What the next ID token says besides the usual; undefined: leaves it out. */
  claims: JWTPayload = {};
  /** Makes the next ID token of the claims. */
  sign: (claims: JWTPayload) => Promise<string>;
  /** The answer of the userinfo endpoint. */
  userinfo: object = {};
  /** Of the metadata, besides the usual. */
  metadata: object = {};
  /** Requests by path. */
  readonly asked: string[] = [];
  readonly #server: Server;

  private constructor(
    readonly issuer: string,
    server: Server,
    key: CryptoKey,
  ) {
    this.#server = server;
    this.sign = (claims) => new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(key);
  }

  static async start(): Promise<HandMadeProvider> {
    const server = createServer().listen(0, '127.0.0.1');
    await once(server, 'listening');
    const { publicKey, privateKey } = await generateKeyPair('ES256');
    const issuer = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const provider = new HandMadeProvider(issuer, server, privateKey);
    const jwks = { keys: [{ ...(await exportJWK(publicKey)), kid: 'one', alg: 'ES256', use: 'sig' }] };
    server.on('request', async (request, response) => {
      const path = request.url ?? '';
      provider.asked.push(path);
      const answer = await provider.#answer(path, jwks);
      response.writeHead(answer ? 200 : 404, { 'content-type': 'application/json' }).end(JSON.stringify(answer));
    });
    return provider;
  }

  async #answer(path: string, jwks: object): Promise<object | undefined> {
    switch (path) {
      case '/.well-known/openid-configuration':
        return {
          issuer: this.issuer,
          authorization_endpoint: `${this.issuer}/authorize`,
          token_endpoint: `${this.issuer}/token`,
          jwks_uri: `${this.issuer}/jwks`,
          userinfo_endpoint: `${this.issuer}/me`,
          id_token_signing_alg_values_supported: ['ES256'],
          ...this.metadata,
        };
      case '/jwks':
        return jwks;
      case '/me':
        return this.userinfo;
      case '/token': {
        const nowS = Math.floor(Date.now() / 1000);
        const usual = { iss: this.issuer, aud: CLIENT.id, sub: 'ann', iat: nowS, exp: nowS + 60 };
        const id_token = await this.sign({ ...usual, ...this.claims });
        return { access_token: 'an access token', token_type: 'Bearer', expires_in: 60, id_token };
      }
      default:
        return undefined;
    }
  }

  async close(): Promise<void> {
    this.#server.closeAllConnections();
    await new Promise((resolve) => this.#server.close(resolve));
  }
}

/** An ID token that nobody has signed. */
export const unsigned = async (claims: JWTPayload) =>
  `${base64url.encode(JSON.stringify({ alg: 'none' }))}.${base64url.encode(JSON.stringify(claims))}.`;
