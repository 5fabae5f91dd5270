import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Camera, type Share, type SignedInDevice, SOCKET_CLOSE } from '@lookout/protocol';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { WebSocket } from 'ws';
import { freePort } from '../testing/free-port.js';
import { bearer, credentials, KeyedServer } from '../testing/keyed-server.js';
import { createTestDatabase } from '../testing/postgres.js';
import { opened, startWholeServer, until, type WholeServer } from '../testing/whole-server.js';

// Two servers on one database: what one of them revokes ends on the other.

let folder: string;
let here: KeyedServer;
let there: WholeServer;

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'lookout-revoked-'));
  const secret = join(folder, 'secret');
  writeFileSync(secret, 'a secret that both nodes have in common');
  const database = await createTestDatabase('revoked_everywhere');
  const nodeEnv = async (name: string) => {
    const port = String(await freePort());
    const address = { LOOKOUT_PORT: port, LOOKOUT_NODE_URL: `http://127.0.0.1:${port}`, LOOKOUT_NODE_NAME: name };
    return { ...address, LOOKOUT_CLUSTER: database, LOOKOUT_JOIN_SECRET_FILE: secret, LOOKOUT_RTMP_PORT: '0' };
  };
  here = await KeyedServer.start(await nodeEnv('here'));
  there = await startWholeServer({ env: { ...(await nodeEnv('there')), LOOKOUT_SIGN_IN: 'always' } });
  await here.addCamera('yard');
  await until(async () => (await askThere<Camera[]>('/api/cameras', here.keys.admin)).body.length === 1);
}, 60_000);
afterAll(async () => {
  await there?.close();
  await here?.server.close();
  rmSync(folder, { recursive: true, force: true });
});

const askThere = <T>(path: string, secret: string | undefined) =>
  there.call<T>('GET', path, undefined, credentials(secret));
const asAdmin = <T>(method: string, path: string, body?: object) =>
  here.server.call<T>(method, path, body, bearer(here.keys.admin));

interface Admitted {
  /** What lets in. */
  secret?: string;
  path?: string;
  /** On the other node. @returns the status of the answer */
  revoke(): Promise<number>;
}

const WAYS: Record<string, () => Promise<Admitted>> = {
  async 'a key that is revoked'() {
    const { id, key } = await here.makeKey('guest', 'viewer');
    return { secret: key, revoke: async () => (await asAdmin('DELETE', `/api/keys/${id}`)).status };
  },
  async 'a user who is removed'() {
    const { id, cookie } = await here.signInUser('removed', 'viewer');
    return { secret: cookie, revoke: async () => (await asAdmin('DELETE', `/api/users/${id}`)).status };
  },
  async 'a user who is disabled'() {
    const { id, cookie } = await here.signInUser('disabled', 'viewer');
    return {
      secret: cookie,
      revoke: async () => (await asAdmin('PATCH', `/api/users/${id}`, { disabled: true })).status,
    };
  },
  async 'a user who may no longer see the camera'() {
    const { id, cookie } = await here.signInUser('moved', 'viewer');
    return { secret: cookie, revoke: async () => (await asAdmin('PATCH', `/api/users/${id}`, { cameras: [] })).status };
  },
  async 'a session that is ended'() {
    const { cookie } = await here.signInUser('ended', 'viewer');
    const revoke = async () => {
      const { body } = await here.server.call<SignedInDevice[]>('GET', '/api/sessions', undefined, { cookie });
      return (await here.server.call('DELETE', `/api/sessions/${body[0]?.id}`, undefined, { cookie })).status;
    };
    return { secret: cookie, revoke };
  },
  async 'a browser that signs out'() {
    const { cookie } = await here.signInUser('out', 'viewer');
    return {
      secret: cookie,
      revoke: async () => (await here.server.call('DELETE', '/api/session', undefined, { cookie })).status,
    };
  },
  async 'a link that is ended'() {
    const { body } = await asAdmin<Share>('POST', '/api/cameras/yard/shares', { expires_in_s: 3600 });
    const revoke = async () => (await asAdmin('DELETE', `/api/cameras/yard/shares/${body.id}`)).status;
    return { path: `/ws/view/${body.view_token}`, revoke };
  },
  async 'the links of a camera that are replaced'() {
    const { body } = await asAdmin<Camera>('GET', '/api/cameras/yard');
    const revoke = async () => (await asAdmin('POST', '/api/cameras/yard/tokens')).status;
    return { path: `/ws/view/${body.view_token}`, revoke };
  },
};

const isAdmitted = (socket: WebSocket) =>
  opened(socket).then(
    () => true,
    () => false,
  );

it.each(Object.entries(WAYS))(
  '%s: on the other node, open sockets close and new ones are refused',
  async (_, admit) => {
    const { secret, path = '/ws/view/yard', revoke } = await admit();
    const open = () => new WebSocket(there.wsUrl + path, { headers: credentials(secret) });
    // A link is known there once the node has read of it.
    let socket = open();
    while (!(await isAdmitted(socket))) socket = open();
    const closed = new Promise<number>((resolve) => socket.once('close', resolve));
    expect(await revoke()).toBeLessThan(300);
    expect(await closed).toBe(SOCKET_CLOSE.revoked);
    await expect(opened(open())).rejects.toThrow(/^40[134] /);
  },
);
