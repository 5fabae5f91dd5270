import type { Detection } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { consumer, person, settled, setUpLane } from '../../testing/analysis-lane.js';

describe('pictures kept for drawing', () => {
  it('draws what is told, after tracking: the very list of boxes, each quality once', async () => {
    const { lane, offer, analyse, jobs, kept, encodes, alarmed, confirm } = setUpLane({ confidence: 0.4 });
    alarmed.add(2);
    const other = { ...person, bbox: [99, 10, 120, 90] } satisfies Detection;
    await confirm([person, other]);
    const viewers = [80, 80, 50].map((annotatedQuality) => consumer({ annotatedQuality, wantsOverlay: false }));
    for (const viewer of viewers) lane.add(viewer);
    offer();
    analyse();
    await jobs.at(-1)?.finish([person, { ...person, confidence: 0.2 }, other]);
    const told = viewers[0]?.delivered[0]?.detections ?? [];
    expect(told.map(({ track_id, confidence }) => [track_id, confidence])).toEqual([
      [1, 0.9],
      [2, 0.9],
    ]);
    expect(kept).toEqual([{ detections: told, alarmed: new Set([2]), timestampMs: 2000, qualities: [80, 50] }]);
    expect(encodes).toEqual(['annotated 80', 'annotated 50']);
    expect(lane.latest?.pictures.annotated(50, told)).toEqual(new Uint8Array([50]));
    expect(lane.latest?.stages).toMatchObject({ draw: 2, encode: 3 });
  });

  it('has no picture kept that nobody takes annotated', async () => {
    const { lane, offer, analyse, jobs, kept } = setUpLane();
    lane.add(consumer());
    offer();
    analyse();
    await jobs[0]?.finish([person]);
    expect(jobs[0]?.job.keepPicture).toBe(false);
    expect(kept).toEqual([]);
  });

  it('lets go of a kept picture whose viewer has left, and of one that a later frame has overtaken', async () => {
    const { lane, offer, analyse, jobs, kept, drops, clock } = setUpLane();
    const viewer = consumer({ annotatedQuality: 80 });
    lane.add(viewer);
    offer();
    analyse();
    clock.ms += 33;
    offer();
    analyse();
    lane.remove(viewer);
    await jobs[1]?.finish([person]);
    expect(kept).toEqual(['released']);
    await jobs[0]?.finish([person]);
    expect(kept).toEqual(['released', 'released']);
    expect(drops).toEqual(['stale']);
  });

  it('lets go of a kept picture when the camera is gone', async () => {
    const { lane, offer, analyse, jobs, kept } = setUpLane();
    lane.add(consumer({ annotatedQuality: 80 }));
    offer();
    analyse();
    lane.close();
    await jobs[0]?.finish([person]);
    expect(kept).toEqual(['released']);
  });

  it('keeps the later frame as the latest when an earlier one is drawn after it', async () => {
    const { lane, offer, analyse, jobs, drawn, clock } = setUpLane();
    const viewer = consumer({ annotatedQuality: 80, wants: ({ number }) => (number === 0 ? 'claim' : 'skipped') });
    lane.add(viewer);
    lane.add(consumer());
    let finishDrawing: (value?: unknown) => void = () => undefined;
    drawn.wait = new Promise((resolve) => {
      finishDrawing = resolve;
    });
    offer();
    analyse();
    clock.ms += 33;
    const later = offer();
    analyse();
    await jobs[0]?.finish([person]);
    await jobs[1]?.finish([person]);
    expect(lane.latest?.frame).toBe(later);
    finishDrawing();
    await settled();
    expect(viewer.delivered).toHaveLength(1);
    expect(lane.latest?.frame).toBe(later);
  });
});
