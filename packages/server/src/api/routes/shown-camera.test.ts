import type { Camera } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { shownTo } from './shown-camera.js';

it('tells nobody but operators where a camera is, neither by its addresses nor by reasons', () => {
  const secret = 'no route to 10.0.0.5:554';
  const camera = {
    ...{ id: 'yard', kind: 'pull', url: 'rtsp://10.0.0.5/1', sub_url: 'rtsp://10.0.0.5/2' },
    ...{ state: 'unreachable', state_reason: secret, state_since: 0 },
    main: { state: 'unreachable', state_reason: secret, state_since: 0 },
  } as Camera;
  expect(JSON.stringify(shownTo(null, camera))).not.toContain('10.0.0.5');
  expect(shownTo(null, camera).main).toMatchObject({ state: 'unreachable', state_reason: 'The camera is unreachable' });
});
