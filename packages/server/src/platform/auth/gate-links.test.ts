import type { IncomingHttpHeaders } from 'node:http';
import { LookoutError } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { asked, TestGates } from '../../testing/test-gates.js';
import { CameraTokens } from './camera-tokens.js';
import type { Gate } from './gate.js';
import { SESSION_COOKIE } from './gate-request.js';

let gates: TestGates;
beforeEach(async () => {
  gates = await TestGates.open();
});
afterEach(() => gates.close());

describe('links of cameras', () => {
  let tokens: CameraTokens;
  let links: { publish_token: string; view_token: string };
  beforeEach(async () => {
    tokens = new CameraTokens({ store: gates.storage.links, key: new Uint8Array(32) });
    await tokens.add('yard', ['publish', 'view']);
    links = tokens.of('yard') as typeof links;
  });

  const guard = (host = '0.0.0.0') => gates.on(host, { tokens });
  const stranger = { host: 'cam.lan' };

  async function entry(
    gate: Gate,
    given: string | undefined,
    permission: 'watch' | 'publish' = 'watch',
    headers: IncomingHttpHeaders = stranger,
    address = '10.0.0.9',
  ): Promise<string> {
    try {
      const { principal, cameraId } = await gate.enter(asked(headers, 'GET', address), {
        permission,
        camera: { given, links: true },
      });
      return `${principal?.name}: ${cameraId}`;
    } catch (error) {
      if (error instanceof LookoutError) return `${error.code}: ${error.message}`;
      throw error;
    }
  }

  it('let whoever has them watch, and publish with the publishing one alone', async () => {
    const gate = await guard();
    expect(await entry(gate, links.view_token)).toBe('view link: yard');
    expect(await entry(gate, links.publish_token)).toBe('publish link: yard');
    expect(await entry(gate, links.publish_token, 'publish')).toBe('publish link: yard');
    expect(await entry(gate, links.view_token, 'publish')).toMatch(/^forbidden/);
  });

  it('are all that another server is told of, from this machine too', async () => {
    const gate = await guard('127.0.0.1');
    const told = (secret: string | undefined, cameraId = 'yard') =>
      gate.vouch(secret, { permission: 'publish', cameraId }, '127.0.0.1').catch(({ code }: LookoutError) => code);
    expect(await told(undefined)).toBe('unauthorized');
    expect(await told(links.publish_token)).toBeUndefined();
    expect(await told(links.publish_token, 'gate')).toBe('not_found');
    expect(await told(links.view_token)).toBe('forbidden');
  });

  it('hold to what they are for, also on this machine', async () => {
    const local = { host: 'localhost:8080' };
    expect(await entry(await guard('127.0.0.1'), links.view_token, 'publish', local)).toMatch(/^forbidden/);
    expect(await entry(await guard('127.0.0.1'), links.view_token, 'watch', local)).toBe('view link: yard');
    expect(await entry(await guard('127.0.0.1'), 'yard', 'publish', local)).toBe('local: yard');
  });

  it('work through a proxy on this machine', async () => {
    const forwarded = { host: 'cam.example', 'x-forwarded-for': '203.0.113.9' };
    expect(await entry(await guard('127.0.0.1'), links.view_token, 'watch', forwarded)).toBe('view link: yard');
  });

  it('are no way round the check of where a request comes from', async () => {
    const foreign = { host: 'cam.lan', origin: 'https://evil.example' };
    expect(await entry(await guard(), links.view_token, 'watch', foreign)).toMatch(/^forbidden: .*another site/);
  });

  it('get one answer, whether wrong, taken back, cut, of another camera or none', async () => {
    const old = links.view_token;
    await tokens.renew('yard');
    const gate = await guard();
    const wrong = [old, `lv_${'x'.repeat(32)}`, old.slice(0, 10), 'lp_'];
    const answers = await Promise.all(wrong.map((given) => entry(gate, given)));
    expect(new Set(answers)).toEqual(new Set(['unauthorized: This link is not valid, and you are not signed in']));
    for (const answer of answers) expect(answer).not.toContain(old.slice(3));
    // Without a sign-in, an id tells nothing of whether there is such a camera.
    expect(await entry(gate, 'yard')).toBe(await entry(gate, 'nobody'));
    expect(await entry(gate, undefined)).toMatch(/^unauthorized/);
  });

  it('are limited per address where they are wrong; good ones always pass', async () => {
    const gate = await guard();
    const key = (await gate.keys.createFirst())!;
    const bearer = { host: 'cam.lan', authorization: `Bearer ${key}` };
    const cookie = {
      host: 'cam.lan',
      cookie: `${SESSION_COOKIE}=${(await gate.signIn({ key }, asked({}, 'POST', '10.0.0.9'))).session}`,
    };
    for (let n = 0; n < 30; n++) expect(await entry(gate, `lv_${n}`)).toMatch(/^unauthorized/);
    expect(await entry(gate, 'lv_wrong')).toMatch(/^too_many_requests/);
    expect(await entry(gate, links.view_token)).toBe('view link: yard');
    expect(await entry(gate, links.publish_token, 'publish')).toBe('publish link: yard');
    expect(await entry(gate, 'lv_wrong', 'watch', stranger, '10.0.0.10')).toMatch(/^unauthorized/);
    expect(await entry(gate, links.view_token, 'watch', cookie)).toBe('view link: yard');
    expect(await entry(gate, 'yard', 'watch', bearer)).toBe('admin: yard');
    expect((await gate.signIn({ key }, asked({}, 'POST', '10.0.0.9'))).principal.name).toBe('admin');
    gates.upMs += 60_000;
    expect(await entry(gate, 'lv_wrong')).toMatch(/^unauthorized/);
  });

  it('leave it to the cameras to say that there is none, to those signed in', async () => {
    const gate = await guard();
    const bearer = { host: 'cam.lan', authorization: `Bearer ${await gate.keys.createFirst()}` };
    expect(await entry(gate, 'nobody', 'watch', bearer)).toBe('admin: nobody');
    expect(await entry(gate, 'lv_wrong', 'watch', bearer)).toBe('admin: lv_wrong');
    expect(await entry(gate, 'lv_wrong', 'watch', { host: 'cam.lan', authorization: 'Bearer lk_wrong' })).toBe(
      'unauthorized: The API key is not valid',
    );
  });
});
