import type { ImageSettings, NewSession, SessionConfig } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import { z } from 'zod';
import { DEFAULT_RULES, type DetectionRules } from '../analysis/detection-rules.js';

/** What the server says of sessions that leave it open. */
export interface SessionDefaults {
  defaultFps: number;
  enableTracking: boolean;
  confidence: number;
  crossClassIou: number;
}

/** Longer side of the model's input, pixels, where the model leaves it free; `accurate` is at most so large. */
const INFERENCE_SIZES = { fast: 320, balanced: 416, accurate: 640 } as const;
/** Longer side of the images that models are trained on, as those of COCO, pixels. */
const TRAINING_IMAGE_SIZE = 640;

export function defaultConfig({
  defaultFps,
  enableTracking,
  confidence,
  crossClassIou,
}: SessionDefaults): SessionConfig {
  return {
    fps_limit: defaultFps,
    confidence_threshold: confidence,
    iou_threshold: DEFAULT_RULES.iou,
    cross_class_iou: crossClassIou,
    enable_tracking: enableTracking,
    quality_mode: 'balanced',
    max_detections: DEFAULT_RULES.maxDetections,
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

/** What counts as a detection for a client. */
export function rulesOf(config: SessionConfig): DetectionRules {
  return {
    confidence: config.confidence_threshold,
    iou: config.iou_threshold,
    crossClassIou: config.cross_class_iou,
    maxDetections: config.max_detections,
    classes: config.classes,
  };
}

/**
 * Longer side of the model's input for an image, pixels, where the model leaves it free. A model finds most where objects are as large as
 * in its training; `accurate` goes beyond `balanced` only so far.
 */
export function inferenceSizeOf(
  { quality_mode }: Pick<SessionConfig, 'quality_mode'>,
  { input }: Pick<ModelInfo, 'input'>,
  { width, height }: { width: number; height: number },
): number {
  const { balanced, accurate } = INFERENCE_SIZES;
  if (quality_mode !== 'accurate') return INFERENCE_SIZES[quality_mode];
  const { multiple = 32, trainedSize = accurate } = input.kind === 'free' ? input : {};
  const size = (trainedSize / TRAINING_IMAGE_SIZE) * Math.max(width, height);
  return Math.max(balanced, Math.min(accurate, Math.floor(size / multiple) * multiple));
}
