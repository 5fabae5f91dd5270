import { type JpegFrame, nowMs } from '@lookout/media';
import { expect, it } from 'vitest';
import type { AnalysedFrame } from './pipeline/live/analysed-frame.js';
import type { PictureSet } from './pipeline/live/picture-set.js';
import type { PeerNode } from './platform/cluster/placement.js';
import { consumer } from './testing/analysis-lane.js';
import { Cluster, startClusterNode } from './testing/cluster-nodes.js';
import { until } from './testing/whole-server.js';

const textOf = ({ frame }: Pick<AnalysedFrame, 'frame'>) => new TextDecoder().decode((frame as JpegFrame).jpeg);

it('shows a camera of another node as that one sees it, by the clock of this one, over one stream', async () => {
  const cluster = new Cluster();
  const owner = await startClusterNode(cluster, 'n2', 3_600_000);
  const entry = await startClusterNode(cluster, 'n1');
  expect(entry.camera).toMatchObject({ state: 'connecting', stateReason: 'Moving to another node' });
  cluster.moveTo('n2');
  await owner.camera.setElsewhere(false);
  await until(() => entry.camera.state === 'live');
  expect(Math.abs((entry.camera.view().last_seen?.person ?? 0) - (Date.now() - 5000))).toBeLessThan(60_000);
  expect(owner.camera.hub.viewerCount, 'nobody watches yet').toBe(0);

  const viewers = [consumer(), consumer(), consumer()];
  const leave = viewers.map((viewer) => entry.camera.hub.subscribeAnalysis(viewer));
  await until(() => owner.camera.hub.viewerCount === 1);
  owner.show('first');
  await until(() => viewers.every(({ delivered }) => delivered.length === 1));
  const shown = viewers[0]?.delivered[0] as AnalysedFrame;
  expect(textOf(shown)).toBe('first');
  expect(shown).toMatchObject({ inferenceSize: 416, stages: { infer: 20 }, frame: { width: 640 } });
  const ageMs = nowMs() - shown.frame.timestampMs;
  expect(ageMs).toBeGreaterThanOrEqual(40);
  expect(ageMs).toBeLessThan(1000);
  expect(shown.processedMs - shown.frame.timestampMs).toBeCloseTo(33, 0);
  expect(shown.frame.timestampMs - (shown.detections[0]?.since ?? 0)).toBeCloseTo(1000, -1);
  expect([shown.detections.length, shown.withGuesses.length]).toEqual([1, 2]);
  expect([...(shown.pictures.options.alarmed?.() ?? [])]).toEqual([7]);
  for (const end of leave) end();
});

it('goes on with the frames of the next owner, for viewers who stay connected', async () => {
  const cluster = new Cluster();
  const first = await startClusterNode(cluster, 'n2');
  const second = await startClusterNode(cluster, 'n3');
  const entry = await startClusterNode(cluster, 'n1');
  cluster.moveTo('n2');
  await first.camera.setElsewhere(false);
  const viewer = consumer();
  entry.camera.hub.subscribeAnalysis(viewer);
  await until(() => first.camera.hub.viewerCount === 1);
  first.show('of n2', 500);
  first.show('of n2 too');
  await until(() => viewer.delivered.length === 2);
  await first.close();
  cluster.moveTo(undefined);
  expect(entry.camera).toMatchObject({ state: 'connecting', stateReason: 'Moving to another node' });
  await second.camera.setElsewhere(false);
  cluster.moveTo('n3');
  await until(() => entry.camera.state === 'live' && second.camera.hub.viewerCount === 1);
  second.show('of n3');
  await until(() => viewer.delivered.length === 3);
  expect(viewer.delivered.map(textOf)).toEqual(['of n2', 'of n2 too', 'of n3']);
  expect(viewer.delivered.map(({ frame }) => frame.number)).toEqual([0, 1, 2]);
});

it('says to a node that asks whether it has lost the database, and what it has', async () => {
  const cluster = new Cluster();
  const [{ links }] = [await startClusterNode(cluster, 'n1'), await startClusterNode(cluster, 'n2')];
  const [n1, n2] = [...cluster.nodes.values()] as [PeerNode, PeerNode];
  expect(await links.askOutage(n2, 5000)).toEqual({ isLost: true, held: [{ camera: 'yard', epoch: 1 }] });
  expect((await fetch(`${n1.url}/internal/outage`)).status).toBe(404);
  await expect(links.askOutage({ ...n2, url: 'http://127.0.0.1:1' }, 5000)).rejects.toMatchObject({
    code: 'unavailable',
  });
});

it('asks for frames as often as somebody here wants them', async () => {
  const cluster = new Cluster();
  const owner = await startClusterNode(cluster, 'n2');
  const entry = await startClusterNode(cluster, 'n1');
  cluster.moveTo('n2');
  await owner.camera.setElsewhere(false);
  await until(() => entry.camera.state === 'live');
  const picture = entry.camera.hub.nextPicture(5000);
  await until(() => owner.camera.hub.picturesFps === 1000);
  owner.show('for a snapshot');
  expect(textOf((await picture) as PictureSet)).toBe('for a snapshot');

  const slow = consumer({ fps: 2 });
  entry.camera.hub.subscribeAnalysis(slow);
  await until(() => owner.camera.lane.readFpsOf('all') === 2);
  for (let i = 0; i < 5; i++) owner.show(`${i}`);
  const quick = consumer({ fps: 25 });
  entry.camera.hub.subscribeAnalysis(quick);
  await until(() => owner.camera.lane.readFpsOf('all') === 25);
  owner.show('last');
  await until(() => quick.delivered.map(textOf).includes('last'));
  // Whatever was sent before has arrived before.
  expect(slow.delivered.map(textOf)).not.toContain('1');
});
