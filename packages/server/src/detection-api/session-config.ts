import type { ImageSettings, NewSession, SessionConfig } from '@lookout/protocol';
import type { DetectOptions, ModelInfo } from '@lookout/vision';
import { z } from 'zod';

/** What the server says of sessions that leave it open. */
export interface SessionDefaults {
  defaultFps: number;
  enableTracking: boolean;
  confidence: number;
}

/** Boxes that overlap more are one object; the same as for cameras. */
const defaultIou = 0.6;
const defaultMaxDetections = 100;
/** What a tracker sees: it recovers objects from scores too low to show (ByteTrack, arXiv:2110.06864 §3). */
const trackerConfidence = 0.15;
const trackerDetections = 100;

/** Longer side of the model's input, pixels, where the model leaves it free. */
const inferenceSizes = { fast: 320, balanced: 416, accurate: 640 } as const;

export function defaultConfig({ defaultFps, enableTracking, confidence }: SessionDefaults): SessionConfig {
  return {
    fps_limit: defaultFps,
    confidence_threshold: confidence,
    iou_threshold: defaultIou,
    enable_tracking: enableTracking,
    quality_mode: 'balanced',
    max_detections: defaultMaxDetections,
  };
}

/**
 * The configuration with what a client wants otherwise.
 * @throws ZodError naming each class the model does not know.
 */
export function changeConfig(
  config: SessionConfig,
  change: NewSession | ImageSettings,
  classNames: readonly string[],
): SessionConfig {
  const { classes, ...others } = change;
  const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  const { classes: before, ...rest } = { ...config, ...given } as SessionConfig;
  const wanted = classes === undefined ? before : (classes ?? undefined);
  if (wanted === undefined) return rest;
  const unknown = wanted.flatMap((name, index) => (classNames.includes(name) ? [] : [{ name, index }]));
  if (unknown.length > 0) {
    throw new z.ZodError(
      unknown.map(({ name, index }) => ({
        code: 'custom' as const,
        path: ['classes', index],
        message: `the model has no class ${JSON.stringify(name.slice(0, 64))}`,
        input: name,
      })),
    );
  }
  return { ...rest, classes: wanted };
}

/** What the model is asked for: where a tracker follows, more than is shown. */
export function detectOptions(config: SessionConfig, model: Pick<ModelInfo, 'classNames'>): DetectOptions {
  const { enable_tracking: tracks, confidence_threshold, max_detections, classes } = config;
  return {
    confidence: tracks ? Math.min(trackerConfidence, confidence_threshold) : confidence_threshold,
    iou: config.iou_threshold,
    maxDetections: tracks ? Math.max(trackerDetections, max_detections) : max_detections,
    ...(classes && { classIds: new Set(classes.map((name) => model.classNames.indexOf(name))) }),
  };
}

export function inferenceSizeOf({ quality_mode }: Pick<SessionConfig, 'quality_mode'>): number {
  return inferenceSizes[quality_mode];
}
