import type { CameraConfig } from '@lookout/protocol';
import { DEFAULT_RULES } from '../analysis/detection-rules.js';
import type { LaneSettings } from '../live/analysis-lane.js';
import type { AutoSettings } from './camera-options.js';
import { maskFilter } from './camera-regions.js';

/** How a camera is analysed. @param auto what `auto` stands for @param onDemand whether it is open only while somebody watches */
export function laneSettingsOf({ detect, masks }: CameraConfig, auto: AutoSettings, onDemand: boolean): LaneSettings {
  return {
    ...DEFAULT_RULES,
    enabled: detect.enabled,
    fps: detect.fps,
    // Background analysis would keep an on-demand device open, so it runs only while somebody watches.
    idleFps: onDemand ? 0 : Math.min(detect.idle_fps, detect.fps),
    classes: detect.classes,
    ignored: maskFilter(masks),
    crossClassIou: detect.cross_class_iou,
    inferenceSize: detect.inference_size === 'auto' ? auto.size : detect.inference_size,
    confidence: detect.confidence === 'auto' ? auto.confidence : detect.confidence,
  };
}
