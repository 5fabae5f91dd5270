import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeAll, describe, expect, it } from 'vitest';
import { type LookoutProcess, runLookout } from './support/lookout-process.js';
import { demoClip } from './support/paths.js';
import { scratchFolder } from './support/scratch-folder.js';
import { sharedLookout } from './support/shared-lookout.js';
import { startLookout, streetJpegs } from './support/start.js';

interface Times {
  p50: number;
  p95: number;
  p99: number;
  max: number;
}

interface Report {
  verdict: string;
  reasons: string[];
  server: { version: string; health: { model: string } };
  pictures: { source: string; count: number };
  checks: Array<{ name: string; ok: boolean; detail?: string }>;
  measurements: Array<{
    transport: string;
    sent: number;
    results: number;
    failed: number;
    unanswered: number;
    dropped: Record<string, number>;
    detections: number;
    round_trip_ms: Times;
    processing_ms: Times;
    inference_ms: Times;
  }>;
}

async function tried(...args: string[]): Promise<{ code: unknown; report: Report; stderr: string }> {
  const { code, stdout, stderr } = await runLookout(['try', '--json', ...args]);
  return { code, stderr, report: JSON.parse(stdout) as Report };
}

describe('lookout try', { timeout: 180_000 }, () => {
  let lookout: LookoutProcess;
  let picture: string;
  beforeAll(async () => {
    lookout = await sharedLookout('file');
    picture = join(scratchFolder('file'), 'street.jpg');
    writeFileSync(picture, (await streetJpegs())[0] as Uint8Array);
  });

  it('finds a server sound, by WebSocket and by server-sent events', async () => {
    const { code, report, stderr } = await tried(
      lookout.url,
      '--clip',
      demoClip(),
      '--seconds',
      '2',
      '--sessions',
      '2',
    );
    const { checks, measurements, pictures, verdict, server } = report;
    expect(checks.filter(({ ok }) => !ok)).toEqual([]);
    // How fast it is depends on the machine; what does not work would not.
    expect(['ok', 'slow']).toContain(verdict);
    expect(code).toBe(0);
    expect(stderr).toBe('');
    expect(server.health.model).toBe('nanodet-g');
    expect(pictures).toEqual({ source: 'vtest.avi', count: 60 });
    expect(measurements.map(({ transport }) => transport)).toEqual(['ws', 'sse']);
    for (const { sent, results, failed, unanswered, dropped, detections, ...times } of measurements) {
      expect(results).toBeGreaterThan(0);
      expect(failed + unanswered).toBe(0);
      expect(results + dropped.rate_limited! + dropped.superseded! + dropped.queue_full!).toBe(sent);
      expect(sent + dropped.in_flight!).toBe(40);
      expect(detections).toBeGreaterThan(1);
      for (const { p50, p95, p99, max } of [times.round_trip_ms, times.processing_ms, times.inference_ms]) {
        expect([0, p50, p95, p99, max].toSorted((a, b) => a - b)).toEqual([0, p50, p95, p99, max]);
      }
      expect(times.round_trip_ms.p50).toBeGreaterThan(times.inference_ms.p50 / 2);
    }
    const { sessions } = await lookout.json<{ sessions: { open: number } }>('/stream/stats');
    expect(sessions.open).toBe(0);
  });

  it('tells people in words, without a bar where nobody sees it', async () => {
    const { code, stdout, stderr } = await runLookout(['try', lookout.url, '--image', picture, '--seconds', '1']);
    expect([code, stderr]).toEqual([0, '']);
    expect(stdout).toMatch(/: Lookout \d+\.\d+\.\d+, model nanodet-g on cpu, health ok\nchecks: (\d+) of \1 passed\n/);
    expect(stdout).toMatch(/picture of street\.jpg\n/);
    expect(stdout).toMatch(/WebSocket, one session at 10 fps for [\d.]+ s:\n {2}round trip {2}p50 [\d.]+ ms, p95/);
    expect(stdout).toMatch(/REST \+ SSE, one session/);
    expect(stdout).toMatch(/\nverdict: (ok|slow)\n/);
  });

  it('comes in with a key, and says that it needs one', async () => {
    const open = await startLookout({ host: '0.0.0.0' });
    const key = await open.adminKey();
    const address = `127.0.0.1:${open.port}`;
    const without = await tried(address, '--image', picture);
    expect(without).toMatchObject({
      code: 1,
      report: { verdict: 'refused', reasons: [expect.stringContaining('key'), expect.anything()] },
    });
    const wrong = await runLookout(['try', address, '--key', 'lk_wrong']);
    expect(wrong).toMatchObject({ code: 1, stdout: '' });
    expect(wrong.stderr).toContain('The API key is not valid');
    const { code, report } = await tried(address, '--image', picture, '--key', key, '--seconds', '0.5');
    expect(report.checks.filter(({ ok }) => !ok)).toEqual([]);
    expect(code).toBe(0);
    expect(JSON.stringify(report)).not.toContain(key);
  });

  it('says what is wrong with what it was asked', async () => {
    const nobody = await runLookout(['try', '127.0.0.1:9']);
    expect(nobody.code).toBe(1);
    expect(nobody.stderr).toContain("127.0.0.1:9 can't be reached");
    expect((await runLookout(['try', 'a', '--sessions', '1.5'])).code).toBe(2);
    const missing = await runLookout(['try', lookout.url, '--image', '/nowhere.jpg']);
    expect(missing.code).toBe(1);
    expect(missing.stderr).toContain("Can't read /nowhere.jpg: there is no such file");
    const tooFast = await runLookout(['try', lookout.url, '--fps', '200']);
    expect(tooFast.code).toBe(1);
    expect(tooFast.stderr).toContain('fps_limit');
  });
});
