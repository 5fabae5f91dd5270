import { LookoutClient } from '@lookout/client';
import type { DetectionsEvent, ProbeResult } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { keep } from './support/keep.js';
import { sharedLookout } from './support/shared-lookout.js';
import { startCamera, startLookout } from './support/start.js';
import { until } from './support/until.js';

/** A zone from top to bottom, between fractions of the width. */
const column = (left: number, right: number) => [
  [left, 0],
  [right, 0],
  [right, 1],
  [left, 1],
];

describe('cameras that were added', () => {
  const yaml = `
cameras:
  - id: gate
    url: http://127.0.0.1:9/stream
    zones:
      - name: drive
        points: [[0, 0], [1, 0], [1, 1]]
`;

  it('are there again after a restart, as they were left with their zones, one whose address has become useless too', async () => {
    const camera = await startCamera();
    const first = await startLookout();
    // What the page of an ESP32-CAM needs: its stream is elsewhere.
    const probe = await first.send<ProbeResult>('POST', '/api/cameras/probe', { url: camera.origin });
    expect(probe).toMatchObject({ ok: false, hint: expect.stringContaining('81/stream') });
    await first.addCamera({ id: 'yard', name: 'Yard', url: camera.url, detect: { fps: 7 } as never });
    await first.addCamera({ id: 'shed', name: 'Shed', url: camera.url, enabled: false });
    await first.addCamera({ id: 'demo', url: 'demo:street' });
    const zones = [{ name: 'back door', points: column(0, 0.5), color: '#33e6a0' }];
    const lines = [{ name: 'gate', from: [0.2, 0.9], to: [0.8, 0.9], sides: ['street', 'yard'] }];
    await first.send('PATCH', '/api/cameras/shed', { zones });
    expect(await first.send('PATCH', '/api/cameras/shed', { lines })).toMatchObject({ zones, lines, masks: [] });
    await first.cameraIs('yard', 'live');
    await first.cameraIs('demo', 'live');
    expect((await first.end()).code).toBe(0);

    const second = await startLookout({ data: first.data, demoClip: '/nowhere/clip.avi', yaml });
    await second.cameraIs('yard', 'live');
    expect(await second.camera('yard')).toMatchObject({ name: 'Yard', origin: 'api', detect: { fps: 7 } });
    expect(await second.camera('shed')).toMatchObject({ enabled: false, state: 'off', zones, lines, masks: [] });
    const demo = await second.cameraIs('demo', 'unsupported');
    expect(demo.state_reason).toContain('clip of demo:street is not installed');
    // Beside those that the settings file defines.
    expect((await second.camera('gate')).zones.map(({ name }) => name)).toEqual(['drive']);
  });
});

describe('zones, lines and masks', () => {
  it('are refused with the corner that is wrong', async () => {
    const lookout = await sharedLookout();
    await lookout.addCamera({ id: 'yard', url: 'http://127.0.0.1:9/stream' });
    const bowTie = [
      [0, 0],
      [1, 1],
      [1, 0],
      [0, 1],
    ];
    const body = JSON.stringify({ zones: [{ name: 'lawn', points: bowTie }] });
    const headers = { 'content-type': 'application/json' };
    const answer = await lookout.fetch('/api/cameras/yard', { method: 'PATCH', headers, body });
    expect(answer.status).toBe(400);
    const { errors } = (await answer.json()) as { errors: Array<{ field: string; message: string }> };
    expect(errors[0]).toMatchObject({ field: 'zones.0.points', message: expect.stringContaining('crosses') });
  });

  it('hide what is in a mask, at once', async () => {
    const lookout = await sharedLookout();
    await lookout.addCamera({ id: 'street', url: 'demo:street' });
    let seen: string[] = [];
    const client = new LookoutClient({ baseUrl: lookout.url });
    const onDetections = (frame: DetectionsEvent) => {
      seen = frame.detections.map(({ class_name }) => class_name);
    };
    keep(client.detections('street', { onDetections }), (followed) => followed.close());
    await until('people and cars', () => seen.includes('person') && seen.includes('car'));
    const everywhere = [{ name: 'all', points: column(0, 1), classes: ['person'] }];
    await lookout.send('PATCH', '/api/cameras/street', { masks: everywhere });
    await until('cars and no people', () => seen.includes('car') && !seen.includes('person'));
  });
});
