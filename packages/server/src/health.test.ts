import { LookoutError } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { type HealthParts, healthChecks } from './health.js';

const sound: HealthParts = {
  storage: { check: async () => 'ok' },
  descriptors: { look: () => undefined },
  readyWorkers: () => 1,
  hungThreads: () => 0,
  modelProblem: () => undefined,
  serversProblem: () => undefined,
  warnings: { trouble: undefined },
  rtmp: { problem: undefined },
  tcpPort: { problem: undefined },
};

describe('healthChecks', () => {
  it('are all ok while nothing is wrong', async () => {
    const { readiness, degraded } = healthChecks(sound);
    expect(await readiness()).toEqual({ storage: 'ok', files: 'ok', workers: 'ok', threads: 'ok' });
    expect(degraded()).toEqual({ model: 'ok', events: 'ok', rtmp: 'ok' });
  });

  it.each<[string, Partial<HealthParts>, RegExp]>([
    ['storage', { storage: { check: async () => 'the disk is full' } }, /full/],
    ['files', { descriptors: { look: () => new LookoutError('unavailable', 'Too many files') } }, /Too many/],
    ['workers', { readyWorkers: () => 0 }, /no analysis worker/],
    ['threads', { hungThreads: () => 2 }, /^2 threads hang .* restart/],
  ])('say what makes the server unready: %s', async (name, part, problem) => {
    expect((await healthChecks({ ...sound, ...part }).readiness())[name]).toMatch(problem);
  });

  it.each<[string, Partial<HealthParts>]>([
    ['model', { modelProblem: () => 'away' }],
    ['inference_servers', { serversProblem: () => 'away' }],
    ['events', { warnings: { trouble: 'away' } }],
    ['rtmp', { rtmp: { problem: 'away' } }],
    ['webrtc_tcp', { tcpPort: { problem: 'away' } }],
  ])('say what does not work although the server is ready: %s', async (name, part) => {
    const { readiness, degraded } = healthChecks({ ...sound, ...part });
    expect(degraded()[name]).toBe('away');
    expect(Object.values(await readiness()).every((state) => state === 'ok')).toBe(true);
  });

  it('leave out RTMP where it is off', () => {
    expect(healthChecks({ ...sound, rtmp: undefined }).degraded()).not.toHaveProperty('rtmp');
  });
});
