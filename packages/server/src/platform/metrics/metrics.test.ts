import { afterEach, beforeEach, expect, it } from 'vitest';
import { Metrics } from './metrics.js';

let metrics: Metrics;
beforeEach(() => {
  metrics = new Metrics();
});
afterEach(() => metrics.close());

function fill(camera: string): void {
  const { pipeline, players } = metrics;
  pipeline.addCamera(camera);
  pipeline.stage(camera, 'infer', 0.02);
  pipeline.stage(camera, 'decode', 0.002);
  pipeline.frames(camera, 'received', 3);
  pipeline.state(camera, 'live');
  pipeline.viewers(camera, 2);
  pipeline.encode(camera, 80, 'annotated');
  pipeline.encode(camera, 80, 'annotated');
  pipeline.decode(camera);
  pipeline.age(camera, 0.05);
  pipeline.reconnect(camera);
  players.opened(camera);
  players.packets(camera, 'sent', 7);
}

it('shows what happens to the frames of a camera', async () => {
  fill('yard');
  metrics.pipeline.inference('nanodet-g', 0.019);
  const text = await metrics.registry.metrics();
  for (const line of [
    'lookout_stage_seconds_bucket{le="0.025",camera="yard",stage="infer"} 1',
    'lookout_stage_seconds_bucket{le="0.01",camera="yard",stage="infer"} 0',
    'lookout_frames_total{camera="yard",event="received"} 3',
    'lookout_frames_total{camera="yard",event="invalid"} 0',
    'lookout_camera_state{camera="yard",state="live"} 1',
    'lookout_camera_state{camera="yard",state="off"} 0',
    'lookout_viewers{camera="yard"} 2',
    'lookout_mse_players{camera="yard"} 1',
    'lookout_mse_packets_total{camera="yard",event="sent"} 7',
    'lookout_mse_packets_total{camera="yard",event="skipped"} 0',
    'lookout_encodes_total{camera="yard",quality="80",mode="annotated"} 2',
    'lookout_decodes_total{camera="yard"} 1',
    'lookout_inference_seconds_count{model="nanodet-g"} 1',
    'lookout_age_seconds{camera="yard"} 0.05',
    'lookout_reconnects_total{camera="yard"} 1',
  ]) {
    expect(text).toContain(`${line}\n`);
  }
});

it('takes every series of a removed camera away, and no other', async () => {
  fill('yard');
  fill('gate');
  metrics.removeCamera('yard');
  const text = await metrics.registry.metrics();
  expect(text).not.toContain('camera="yard"');
  expect(text).toContain('lookout_viewers{camera="gate"} 2');
});

it('is in one state at a time', async () => {
  metrics.pipeline.addCamera('yard');
  metrics.pipeline.state('yard', 'connecting');
  metrics.pipeline.state('yard', 'stalled');
  const text = await metrics.registry.metrics();
  expect(text.match(/lookout_camera_state\{camera="yard",state="\w+"\} 1/g)).toHaveLength(1);
});

it('two sets of metrics share nothing', async () => {
  const other = new Metrics();
  fill('yard');
  expect(await other.registry.metrics()).not.toContain('yard');
  other.close();
});

it('tells of the process, without samplers and observers of its own', async () => {
  const text = await metrics.registry.metrics();
  expect(text).toContain('lookout_event_loop_delay_seconds{quantile="0.99"}');
  for (const name of ['process_cpu_seconds_total', 'process_resident_memory_bytes', 'nodejs_heap_size_used_bytes'])
    expect(text).toContain(name);
  for (const name of ['nodejs_eventloop_lag', 'nodejs_gc_duration']) expect(text).not.toContain(name);
});
