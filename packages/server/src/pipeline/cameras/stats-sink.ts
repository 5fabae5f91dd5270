import type { Stages } from '@lookout/protocol';
import type { PipelineMetrics, StageName } from '../../platform/metrics/pipeline-metrics.js';
import type { StatsSink } from './camera-stats.js';

/** Sends what a camera measures to Prometheus. */
export function metricsSink(metrics: PipelineMetrics, camera: string): StatsSink {
  metrics.addCamera(camera);
  return {
    frame: (event) => metrics.frames(camera, event),
    stages: (stages: Stages, ageMs) => {
      for (const [stage, ms] of Object.entries(stages)) metrics.stage(camera, stage as StageName, ms / 1000);
      metrics.age(camera, ageMs / 1000);
      // Each analysed frame is decoded once; a frame that was skipped never is.
      metrics.decode(camera);
    },
    viewers: (count) => metrics.viewers(camera, count),
    state: (state) => metrics.state(camera, state),
    reconnect: () => metrics.reconnect(camera),
  };
}
