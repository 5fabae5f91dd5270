import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PassThrough, Readable } from 'node:stream';
import { LookoutError } from '@lookout/protocol';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { openTestStorage } from '../../testing/test-storage.js';
import type { Storage } from '../storage/index.js';
import { BackupService, type BackupServiceOptions } from './backup-service.js';

let directory: string;
let storage: Storage;
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-backup-'));
  storage = openTestStorage(directory);
});
afterEach(async () => {
  await storage.close();
  rmSync(directory, { recursive: true, force: true });
});

const open = (options: Partial<BackupServiceOptions> = {}) =>
  new BackupService({
    storage,
    version: '1.2.3',
    models: async () => ['nanodet-g', 'road'],
    now: () => Date.parse('2026-03-01T10:00:00Z'),
    ...options,
  });
const left = () => readdirSync(join(directory, 'restore'));

it('makes so many backups at once, and leaves none behind', async () => {
  const service = open();
  const first = await service.make();
  expect(first.name).toBe('lookout-2026-03-01.backup');
  const others = [await service.make(), await service.make()];
  await expect(service.make()).rejects.toMatchObject({ code: 'too_many_requests' });
  await first.remove();
  await first.remove();
  others.push(await service.make());
  await expect(service.make()).rejects.toMatchObject({ code: 'too_many_requests' });
  for (const made of others) await made.remove();
  expect(left()).toEqual([]);
});

it('receives one backup at a time, and names the models that are not here', async () => {
  const made = await open().make();
  const bytes = readFileSync(made.path);
  const service = open({ models: async () => ['nanodet-g'] });
  const slow = new PassThrough();
  const first = service.receive(slow, undefined);
  await expect(service.receive(Readable.from([bytes]), bytes.length)).rejects.toMatchObject({ code: 'conflict' });
  slow.end(bytes);
  expect(await first).toMatchObject({ version: '1.2.3', bytes: bytes.length, missing_models: ['road'] });
  await made.remove();
});

it('refuses what is too large by its length, or once too much has arrived', async () => {
  const service = open({ maxBytes: 1000 });
  const big = Readable.from([Buffer.alloc(600), Buffer.alloc(600)]);
  await expect(service.receive(Readable.from([]), 1001)).rejects.toMatchObject({ code: 'payload_too_large' });
  await expect(service.receive(big, undefined)).rejects.toMatchObject({ code: 'payload_too_large' });
  expect(left()).toEqual([]);
});

it('refuses what the disk has no room for, before it arrives', async () => {
  const service = open({ maxBytes: Number.MAX_SAFE_INTEGER });
  await expect(service.receive(Readable.from([]), 2 ** 52)).rejects.toMatchObject({
    code: 'storage_failed',
    message: expect.stringContaining('no room'),
  });
});

it('forgets an upload that breaks off, and takes the next', async () => {
  const service = open();
  const broken = new PassThrough();
  const receiving = service.receive(broken, undefined);
  broken.write(Buffer.alloc(100));
  broken.destroy();
  await expect(receiving).rejects.toMatchObject({ code: 'bad_request' });
  expect(left()).toEqual([]);
  await expect(service.receive(Readable.from([Buffer.alloc(200)]), 200)).rejects.toMatchObject({
    code: 'backup_invalid',
  });
});

it('makes and receives none where several nodes share a database', async () => {
  const refusal = new LookoutError('unsupported', 'A database that several nodes share is not backed up by Lookout');
  const service = open({ storage: { ...storage, backups: { ...storage.backups, refusal } } });
  await expect(service.make()).rejects.toBe(refusal);
  const body = Readable.from([Buffer.alloc(9)]);
  await expect(service.receive(body, 9)).rejects.toBe(refusal);
  expect(body.readableDidRead).toBe(false);
});
