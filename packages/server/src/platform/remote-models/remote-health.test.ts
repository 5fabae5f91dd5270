import { LookoutError } from '@lookout/protocol/core';
import type { ModelInfo } from '@lookout/vision';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { RemoteHealth } from './remote-health.js';

const remote = { urls: ['http://127.0.0.1:1'], model: 'm', inputs: [], outputs: [] };
const model = { name: 'm@kserve', remote } as unknown as ModelInfo;
const away = new LookoutError('unavailable', 'it is away');

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

it('knows of a failure until a run goes well', () => {
  const health = new RemoteHealth({ attempt: () => Promise.reject(away) });
  health.failed(model, away);
  expect(health.problem(model)).toBe('it is away');
  health.failed(model, new LookoutError('unavailable', 'it is still away'));
  expect(health.problem(model)).toBe('it is still away');
  health.succeeded(model);
  expect(health.problem(model)).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
});

it('tries on its own until a run goes well, and only then', async () => {
  let attempts = 0;
  let isBack = false;
  const health = new RemoteHealth({
    everyMs: 1000,
    attempt: async () => {
      attempts++;
      if (!isBack) throw away;
    },
  });
  health.failed(model, away);
  await vi.advanceTimersByTimeAsync(3500);
  expect(attempts).toBe(3);
  expect(health.problem(model)).toBe('it is away');
  isBack = true;
  await vi.advanceTimersByTimeAsync(1000);
  expect(health.problem(model)).toBeUndefined();
  await vi.advanceTimersByTimeAsync(10_000);
  expect(attempts).toBe(4);
});

it('takes a server for broken that refuses a few runs in a row, not one that refuses now and then', async () => {
  const refusal = new LookoutError('inference_failed', 'refuses /v2/models/m/infer: 422');
  const told: string[] = [];
  const health = new RemoteHealth({
    attempt: () => Promise.reject(refusal),
    onAway: (name, reason) => told.push(`${name}: ${reason}`),
    onBack: (name) => told.push(`${name} is back`),
  });
  for (let i = 0; i < 10; i++) {
    health.failed(model, refusal);
    health.failed(model, refusal);
    health.succeeded(model);
  }
  expect(health.problem(model)).toBeUndefined();
  expect(vi.getTimerCount()).toBe(0);
  for (let i = 0; i < 10; i++) health.failed(model, refusal);
  await vi.advanceTimersByTimeAsync(10_000);
  expect(health.problem(model)).toBe(refusal.message);
  health.succeeded(model);
  expect(told).toEqual([`m@kserve: ${refusal.message}`, 'm@kserve is back']);
});

it('tries a model that was just opened, and leaves those of this machine alone', async () => {
  const health = new RemoteHealth({ attempt: () => Promise.reject(away) });
  await health.look(model);
  expect(health.problem(model)).toBe('it is away');
  const local = { name: 'local' } as ModelInfo;
  await health.look(local);
  for (let i = 0; i < 5; i++) health.failed(local, away);
  expect(health.problem(local)).toBeUndefined();
  health.close();
  expect(vi.getTimerCount()).toBe(0);
});

it('makes nothing of a server that does not answer while another may', () => {
  const health = new RemoteHealth({ attempt: () => Promise.reject(away), isServed: () => true });
  health.failed(model, away);
  expect(health.problem(model)).toBeUndefined();
});
