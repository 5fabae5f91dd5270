import { describe, expect, it } from 'vitest';
import type { Principal } from '../../platform/auth/principal.js';
import { RenderingLimit } from './rendering-limit.js';

const hold = () => () => undefined;
const key = (id: string): Principal => ({ kind: 'key', id, name: id, scope: 'admin', hold });
const annotated = (quality: number, cameraId = 'yard') => ({ cameraId, kind: 'annotated', quality });

describe('RenderingLimit', () => {
  it('counts what differs, for each key and camera apart', () => {
    const limit = new RenderingLimit(2);
    const first = limit.open(key('a'), annotated(80));
    for (let n = 0; n < 100; n++) limit.open(key('a'), annotated(80));
    const second = limit.open(key('a'), annotated(70));
    expect(() => limit.open(key('a'), annotated(60))).toThrow(expect.objectContaining({ code: 'too_many_requests' }));
    expect(() => limit.open(key('a'), { ...annotated(80), kind: 'plain' })).toThrow(
      'already has 2 different renderings',
    );
    limit.open(key('a'), annotated(60, 'gate'));
    limit.open(key('b'), annotated(60));
    // The last viewer of a rendering gives it back, once.
    first.close();
    first.close();
    expect(() => limit.open(key('a'), annotated(60))).toThrow();
    second.close();
    expect(limit.open(key('a'), annotated(60)).quality).toBe(60);
  });

  it('lets a viewer’s quality follow its line as far as there is room, and to the nearest in use beyond', () => {
    const limit = new RenderingLimit(2);
    const viewer = limit.open(key('a'), annotated(80));
    viewer.change(40);
    expect(viewer.quality).toBe(40);
    const other = limit.open(key('a'), annotated(80));
    const third = limit.open(key('a'), annotated(80));
    viewer.change(45);
    expect(viewer.quality).toBe(45);
    third.change(50);
    expect(third.quality).toBe(45);
    third.change(75);
    expect(third.quality).toBe(80);
    other.close();
    third.close();
    viewer.close();
    viewer.change(30);
    expect(limit.open(key('a'), annotated(30)).quality).toBe(30);
  });

  it('does not limit this machine’s owner', () => {
    const limit = new RenderingLimit(1);
    const owner: Principal = { kind: 'local', id: 'local', name: 'local', scope: 'admin', hold };
    for (let quality = 30; quality <= 95; quality++)
      expect(limit.open(owner, annotated(quality)).quality).toBe(quality);
  });
});
