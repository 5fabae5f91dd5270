import type { ProbeResult } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { startCamera, startLookout } from './support/start.js';

describe('cameras that were added', () => {
  it('are there again after a restart, in the state they were left, one whose address has become useless too', async () => {
    const camera = await startCamera();
    const first = await startLookout();
    // What the page of an ESP32-CAM needs: its stream is elsewhere.
    const probe = await first.send<ProbeResult>('POST', '/api/cameras/probe', { url: camera.origin });
    expect(probe).toMatchObject({ ok: false, hint: expect.stringContaining('81/stream') });
    await first.addCamera({ id: 'yard', name: 'Yard', url: camera.url, detect: { fps: 7 } as never });
    await first.addCamera({ id: 'shed', name: 'Shed', url: camera.url, enabled: false });
    await first.addCamera({ id: 'demo', url: 'demo:street' });
    await first.cameraIs('yard', 'live');
    await first.cameraIs('demo', 'live');
    expect((await first.end()).code).toBe(0);

    const second = await startLookout({ data: first.data, demoClip: '/nowhere/clip.avi' });
    await second.cameraIs('yard', 'live');
    expect(await second.camera('yard')).toMatchObject({ name: 'Yard', origin: 'api', detect: { fps: 7 } });
    expect(await second.camera('shed')).toMatchObject({ enabled: false, state: 'off' });
    const demo = await second.cameraIs('demo', 'unsupported');
    expect(demo.state_reason).toContain('clip of demo:street is not installed');
  });
});
