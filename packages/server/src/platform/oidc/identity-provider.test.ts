import { generateKeyPair, type JWTPayload, SignJWT } from 'jose';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { CLIENT, HandMadeProvider, unsigned } from '../../testing/hand-made-provider.js';
import { AuthSettings } from '../config/sign-in-settings.js';
import { IdentityProvider, type PendingSignIn } from './identity-provider.js';

const REDIRECT = 'https://cam.example/oidc/callback';

let server: HandMadeProvider;
let untouched: Pick<HandMadeProvider, 'sign'>;
let nowMs: number;
let provider: IdentityProvider;
beforeAll(async () => {
  server = await HandMadeProvider.start();
  untouched = { sign: server.sign };
});
beforeEach(() => {
  nowMs = 0;
  provider = providerAt(server.issuer);
  Object.assign(server, { ...untouched, claims: {}, userinfo: {}, metadata: {} });
  server.asked.length = 0;
});
afterAll(() => server?.close());

function providerAt(issuer: string): IdentityProvider {
  const given = { issuer, client_id: CLIENT.id, roles: { '*': 'viewer' } };
  const settings = { ...AuthSettings.parse({ oidc: given }).oidc, issuer, client_id: CLIENT.id };
  return new IdentityProvider({ settings, secret: CLIENT.secret, monotonicNow: () => nowMs });
}

/** What a person who has signed in there comes back with. */
async function comeBack(spoil: Record<string, string> = {}, nonce?: string) {
  const { pending } = await provider.begin(REDIRECT);
  server.claims = { nonce: nonce ?? pending.nonce, groups: ['family'], ...server.claims };
  return provider.finish(query(pending, spoil), pending);
}

const query = ({ state }: PendingSignIn, spoil: Record<string, string> = {}) =>
  new URLSearchParams({ code: 'a code', state, ...spoil });

it('asks by PKCE, with a state and a nonce that are new each time', async () => {
  const one = await provider.begin(REDIRECT);
  const other = await provider.begin(REDIRECT);
  const asked = new URL(one.url).searchParams;
  expect(Object.fromEntries(asked)).toMatchObject({
    ...{ client_id: CLIENT.id, redirect_uri: REDIRECT, response_type: 'code', scope: 'openid profile groups' },
    ...{ code_challenge_method: 'S256', state: one.pending.state, nonce: one.pending.nonce },
  });
  expect(asked.get('code_challenge')).not.toBe(one.pending.verifier);
  for (const key of ['state', 'nonce', 'verifier'] as const) expect(one.pending[key]).not.toBe(other.pending[key]);
  // Found out once.
  expect(server.asked).toEqual(['/.well-known/openid-configuration']);
});

it('says who a person is, by issuer and subject', async () => {
  server.claims = { name: 'Ann Miller', preferred_username: 'ann.m', email: 'ann@example.org' };
  expect(await comeBack()).toEqual({
    ...{ issuer: server.issuer, subject: 'ann', name: 'ann.m', displayName: 'Ann Miller', groups: ['family'] },
  });
  expect(server.asked).not.toContain('/me');
});

it('asks the userinfo endpoint for groups that the token lacks, and believes it only about the same person', async () => {
  server.claims = { groups: undefined };
  server.userinfo = { sub: 'ann', groups: 'staff' };
  expect((await comeBack()).groups).toEqual(['staff']);
  server.claims = { groups: undefined };
  server.userinfo = { sub: 'somebody else', groups: ['admins'] };
  await expect(comeBack()).rejects.toMatchObject({ fault: 'failed' });
});

const nowS = () => Math.floor(Date.now() / 1000);

describe('an answer is refused', () => {
  it.each<[string, () => JWTPayload]>([
    ['of another issuer', () => ({ iss: 'https://evil.example' })],
    ['for another audience', () => ({ aud: 'another app' })],
    ['for several audiences, by another party', () => ({ aud: [CLIENT.id, 'other'], azp: 'other' })],
    ['with another nonce', () => ({ nonce: 'of another sign-in' })],
    ['without a nonce', () => ({ nonce: undefined })],
    ['that has expired', () => ({ exp: nowS() - 40 })],
    ['without an end', () => ({ exp: undefined })],
    ['that is not valid yet', () => ({ nbf: nowS() + 40 })],
    ['about nobody', () => ({ sub: undefined })],
    ['about nobody by name', () => ({ sub: '' })],
    ['about an endless name', () => ({ sub: 'x'.repeat(256) })],
  ])('%s', async (_what, claims) => {
    server.claims = claims();
    await expect(comeBack()).rejects.toMatchObject({ fault: 'failed', code: 'unauthorized' });
  });

  it.each<[string, (claims: JWTPayload) => Promise<string>]>([
    ['that nobody has signed', unsigned],
    [
      'signed with another key',
      async (claims) => {
        const { privateKey } = await generateKeyPair('ES256');
        return new SignJWT(claims).setProtectedHeader({ alg: 'ES256', kid: 'one' }).sign(privateKey);
      },
    ],
    [
      'signed with the client’s secret',
      (claims) =>
        new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).sign(new TextEncoder().encode(CLIENT.secret)),
    ],
    ['that is no token', async () => 'no token'],
  ])('%s', async (_what, sign) => {
    server.sign = sign;
    await expect(comeBack()).rejects.toMatchObject({ fault: 'failed' });
  });

  it('with another state, two states, or another issuer beside it', async () => {
    await expect(comeBack({ state: 'of another browser' })).rejects.toMatchObject({ fault: 'failed' });
    await expect(comeBack({ iss: 'https://evil.example' })).rejects.toMatchObject({ fault: 'failed' });
    const { pending } = await provider.begin(REDIRECT);
    const twice = query(pending);
    twice.append('state', 'another');
    await expect(provider.finish(twice, pending)).rejects.toMatchObject({ fault: 'failed' });
    expect(server.asked).not.toContain('/token');
  });

  it('and the log learns why, without what the answer says', async () => {
    server.claims = { aud: 'another app', email: 'private@example.org' };
    const error = await comeBack().catch((fault: unknown) => fault);
    expect(error).toMatchObject({ reason: expect.stringContaining('"aud"') });
    expect(error).not.toHaveProperty('cause');
    expect(JSON.stringify({ ...(error as object) })).not.toMatch(/private|another app|access token/);
  });
});

it('accepts half a minute between the clocks', async () => {
  server.claims = { exp: nowS() - 20, nbf: nowS() + 20 };
  expect(await comeBack()).toMatchObject({ subject: 'ann' });
});

it('tells a person who has cancelled from an answer that is wrong', async () => {
  await expect(comeBack({ error: 'access_denied' })).rejects.toMatchObject({ fault: 'cancelled' });
  await expect(comeBack({ error: 'server_error' })).rejects.toMatchObject({ fault: 'failed' });
});

it('that is away is tried again at each sign-in', async () => {
  const lost = await HandMadeProvider.start();
  await lost.close();
  const away = providerAt(lost.issuer);
  await expect(away.begin(REDIRECT)).rejects.toMatchObject({ fault: 'unreachable', code: 'unavailable' });
  expect(await away.signOutUrl('https://cam.example/')).toBeUndefined();
});

it.each([
  ['of another issuer', { issuer: 'https://evil.example' }],
  ['of megabytes', { padding: 'x'.repeat(600_000) }],
  ['that lack an endpoint', { authorization_endpoint: undefined }],
])('does not take metadata %s', async (_what, metadata) => {
  server.metadata = metadata;
  await expect(provider.begin(REDIRECT)).rejects.toMatchObject({ fault: 'unreachable' });
  server.metadata = {};
  await provider.begin(REDIRECT);
});

it('finds out anew after an hour, and where people sign out', async () => {
  expect(await provider.signOutUrl('https://cam.example/')).toBeUndefined();
  server.metadata = { end_session_endpoint: `${server.issuer}/out` };
  nowMs = 3_600_001;
  const url = new URL((await provider.signOutUrl('https://cam.example/')) ?? '');
  expect(url.origin + url.pathname).toBe(`${server.issuer}/out`);
  expect(Object.fromEntries(url.searchParams)).toEqual({
    ...{ client_id: CLIENT.id, post_logout_redirect_uri: 'https://cam.example/' },
  });
});
