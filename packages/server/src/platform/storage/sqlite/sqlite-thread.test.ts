import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Worker } from 'node:worker_threads';
import { LookoutError } from '@lookout/protocol/core';
import Database from 'libsql';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { storedCamera } from '../../../testing/repositories-suite.js';
import { SqliteThread } from './sqlite-thread.js';

let directory: string;
let path: string;
let database: SqliteThread;
/** The thread of the database. */
let worker: Worker | undefined;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-thread-'));
  path = join(directory, 'lookout.db');
  vi.spyOn(Worker.prototype, 'postMessage').mockImplementation(function (this: Worker, ...message) {
    worker = this;
    post.apply(this, message);
  });
  database = await SqliteThread.open({ path, migrates: true });
});
afterEach(async () => {
  vi.restoreAllMocks();
  await database.close();
  rmSync(directory, { recursive: true, force: true });
});
const post = Worker.prototype.postMessage;

const camera = (id: string) => ({ ...storedCamera, id });

describe('SqliteThread', () => {
  it('carries out calls in order and sends those of one turn together', async () => {
    const { cameras } = database.repositories;
    const inserts = Array.from({ length: 200 }, (_, index) => cameras.insert(camera(`c${index}`)));
    const list = cameras.list();
    expect(Worker.prototype.postMessage).not.toHaveBeenCalled();
    await Promise.all(inserts);
    expect(await list).toHaveLength(200);
    expect(Worker.prototype.postMessage).toHaveBeenCalledTimes(1);
  });

  it('passes errors on as they are, and a failed call stops no other', async () => {
    const { cameras } = database.repositories;
    const results = await Promise.allSettled([
      cameras.insert(camera('yard')),
      cameras.insert(camera('yard')),
      cameras.insert(camera('gate')),
    ]);
    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    const { reason } = results[1] as PromiseRejectedResult;
    expect(reason).toBeInstanceOf(LookoutError);
    expect(reason).toMatchObject({ code: 'conflict', message: 'A camera "yard" already exists' });
  });

  it('reports a programming mistake as such', async () => {
    const { cameras } = database.repositories;
    await expect(cameras.insert(undefined as never)).rejects.toBeInstanceOf(TypeError);
    await expect(cameras.insert({ ...storedCamera, id: (() => 1) as never })).rejects.toThrow('could not be cloned');
    expect(await cameras.list()).toEqual([]);
  });

  it('finishes everything it was asked for before it closes, and refuses what comes later', async () => {
    const { cameras } = database.repositories;
    const inserts = Array.from({ length: 50 }, (_, index) => cameras.insert(camera(`c${index}`)));
    const closed = database.close();
    const late = cameras.insert(camera('late'));
    await expect(late).rejects.toMatchObject({ code: 'storage_failed', message: 'The database is closed' });
    await closed;
    await Promise.all(inserts);
    await database.close();
    expect(await database.check(1000)).toBe('The database is closed');
    database = await SqliteThread.open({ path, migrates: true });
    expect(await database.repositories.cameras.list()).toHaveLength(50);
  });

  it('says when the database does not answer in time, and goes on once it does', async () => {
    const other = new Database(path);
    other.exec('BEGIN EXCLUSIVE');
    const insert = database.repositories.cameras.insert(storedCamera);
    expect(await database.check(20)).toBe(`The database ${path} did not answer within 0.02 s`);
    other.exec('COMMIT');
    other.close();
    await insert;
    expect(await database.check(5000)).toBe('ok');
  });

  it('has a limited number of calls waiting', async () => {
    const { links } = database.repositories;
    const seeds = Array.from({ length: 10_001 }, () => links.seed('yard', new Uint8Array(1)));
    const [last] = (await Promise.allSettled(seeds)).filter(({ status }) => status === 'rejected');
    expect(last).toMatchObject({
      reason: { code: 'storage_failed', message: expect.stringContaining('10000 calls wait') },
    });
    expect(await database.check(5000)).toBe('ok');
  });

  it('refuses what waits and all that follows if its thread ends unexpectedly', async () => {
    await database.repositories.cameras.insert(storedCamera);
    // Not by `terminate`, which would end the process if the thread is in a native call.
    worker?.postMessage('not calls');
    await expect(database.repositories.cameras.list()).rejects.toMatchObject({ code: 'storage_failed' });
    const message = expect.stringContaining('ended unexpectedly');
    await expect(database.repositories.cameras.list()).rejects.toMatchObject({ code: 'storage_failed', message });
    expect(await database.check(1000)).toMatch('ended unexpectedly');
  });
});
