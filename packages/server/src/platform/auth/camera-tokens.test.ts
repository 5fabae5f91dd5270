import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PublishToken, ViewToken } from '@lookout/protocol';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openTestStorage } from '../../testing/test-storage.js';
import type { Storage } from '../storage/index.js';
import { CameraTokens } from './camera-tokens.js';
import type { TokenKind } from './token-grant.js';

const both: TokenKind[] = ['publish', 'view'];
let directory: string;
let storage: Storage;
beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-tokens-'));
  storage = openTestStorage(directory);
});
afterEach(async () => {
  await storage.close();
  rmSync(directory, { recursive: true, force: true });
});

const open = () => new CameraTokens({ store: storage.links, key: storage.directory.secret('links') });

describe('CameraTokens', () => {
  it('gives a camera tokens of its own, of their kinds', async () => {
    const tokens = open();
    await tokens.add('yard', both);
    await tokens.add('gate', ['view']);
    const yard = tokens.of('yard');
    expect(PublishToken.safeParse(yard.publish_token).success).toBe(true);
    expect(ViewToken.safeParse(yard.view_token).success).toBe(true);
    expect(Object.keys(tokens.of('gate'))).toEqual(['view_token']);
    expect(tokens.of('gate').view_token).not.toBe(yard.view_token);
    expect(yard.publish_token?.slice(3)).not.toBe(yard.view_token?.slice(3));
    expect(tokens.of('nobody')).toEqual({});
  });

  it('finds a camera by its token, and by nothing else', async () => {
    const tokens = open();
    await tokens.add('yard', both);
    const { publish_token = '', view_token = '' } = tokens.of('yard');
    expect(tokens.find(publish_token)).toMatchObject({ cameraId: 'yard', kind: 'publish' });
    expect(tokens.find(view_token)).toMatchObject({ cameraId: 'yard', kind: 'view' });
    for (const wrong of ['', 'yard', view_token.slice(0, -1), `${view_token}A`, `lp_${view_token.slice(3)}`]) {
      expect(tokens.find(wrong)).toBeUndefined();
    }
  });

  it('keeps them over a restart, and stores none of them', async () => {
    const first = open();
    await first.add('yard', both);
    const pair = first.of('yard');
    await storage.close();
    for (const name of ['lookout.db', 'links.key']) {
      const bytes = readFileSync(join(directory, name));
      for (const token of Object.values(pair)) expect(bytes.includes(token)).toBe(false);
    }
    expect(statSync(join(directory, 'links.key')).mode & 0o777).toBe(0o600);
    storage = openTestStorage(directory);
    const second = open();
    await second.add('yard', both);
    expect(second.of('yard')).toEqual(pair);
  });

  it('makes nothing of a database without its key', async () => {
    const first = open();
    await first.add('yard', both);
    const { view_token } = first.of('yard');
    const thief = new CameraTokens({ store: storage.links, key: new Uint8Array(32) });
    await thief.add('yard', both);
    expect(thief.of('yard').view_token).not.toBe(view_token);
  });

  it('ends the old ones with the new, and whoever came in by them', async () => {
    const tokens = open();
    await tokens.add('yard', both);
    const old = tokens.of('yard');
    const grant = tokens.find(old.view_token ?? '');
    const ended: string[] = [];
    grant?.hold(() => ended.push('stays'));
    grant?.hold(() => ended.push('left'))();
    expect(await tokens.renew('yard')).toEqual(tokens.of('yard'));
    expect(ended).toEqual(['stays']);
    expect(grant?.holders).toBe(0);
    expect(tokens.find(old.view_token ?? '')).toBeUndefined();
    expect(tokens.find(old.publish_token ?? '')).toBeUndefined();
    expect(tokens.find(tokens.of('yard').view_token ?? '')?.cameraId).toBe('yard');
    // Whoever comes in with it in this very moment is sent away too.
    grant?.hold(() => ended.push('late'));
    expect(ended).toEqual(['stays', 'late']);
  });

  it('ends them with their camera; one of that name later gets others', async () => {
    const tokens = open();
    await tokens.add('yard', both);
    const old = tokens.of('yard');
    await storage.cameras.remove('yard');
    tokens.remove('yard');
    tokens.remove('yard');
    expect(tokens.find(old.view_token ?? '')).toBeUndefined();
    await tokens.add('yard', both);
    expect(tokens.of('yard').view_token).not.toBe(old.view_token);
    await expect(tokens.renew('nobody')).rejects.toThrow(expect.objectContaining({ code: 'not_found' }));
  });

  it('takes given ones as they are, and leaves them to their owner', async () => {
    const tokens = open();
    const given = { view_token: `lv_${'g'.repeat(22)}` };
    await tokens.add('yard', both, given);
    expect(tokens.of('yard').view_token).toBe(given.view_token);
    expect(tokens.of('yard').publish_token).toMatch(/^lp_/);
    await expect(tokens.renew('yard')).rejects.toThrow(expect.objectContaining({ code: 'forbidden' }));
    await expect(tokens.add('gate', both, given)).rejects.toThrow(expect.objectContaining({ code: 'config_invalid' }));
  });

  it('refuses a damaged key rather than changing every link', async () => {
    open();
    writeFileSync(join(directory, 'links.key'), 'short');
    expect(open).toThrow(expect.objectContaining({ code: 'storage_failed' }));
  });
});
