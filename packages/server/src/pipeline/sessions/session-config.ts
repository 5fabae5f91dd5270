import type { ImageSettings, NewSession, SessionConfig } from '@lookout/protocol';
import type { ModelInfo } from '@lookout/vision';
import { z } from 'zod';
import { DEFAULT_RULES, type DetectionRules } from '../analysis/detection-rules.js';
import { distinctPrompts, type PromptQuestion } from '../prompts/prompt-finder.js';

/** Server defaults for settings that a session leaves out. */
export interface SessionDefaults {
  defaultFps: number;
  enableTracking: boolean;
  confidence: number;
  crossClassIou: number;
}

/** Longer side of the model's input if it is free, pixels; for `accurate` the maximum. */
const INFERENCE_SIZES = { fast: 320, balanced: 416, accurate: 640 } as const;
/** Longer side of typical training images such as COCO's, pixels. */
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
 * The configuration with a client's changes.
 * @throws ZodError naming each class that the model does not have
 */
export function changeConfig(
  config: SessionConfig,
  change: NewSession | ImageSettings,
  classNames: readonly string[],
): SessionConfig {
  const { classes, prompts, ...others } = change;
  const given = Object.fromEntries(Object.entries(others).filter(([, value]) => value !== undefined));
  const { classes: classesBefore, prompts: promptsBefore, ...settings } = { ...config, ...given } as SessionConfig;
  const words = prompts === undefined ? promptsBefore : distinctPrompts(prompts ?? []);
  const rest = { ...settings, ...(words && words.length > 0 && { prompts: words }) };
  const wanted = classes === undefined ? classesBefore : (classes ?? undefined);
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

/** Detection rules of a client's configuration. */
export function rulesOf(config: SessionConfig): DetectionRules {
  return {
    confidence: config.confidence_threshold,
    iou: config.iou_threshold,
    crossClassIou: config.cross_class_iou,
    maxDetections: config.max_detections,
    classes: config.classes,
  };
}

/** The prompts and their settings; undefined if there are none. */
export function questionOf(config: SessionConfig): PromptQuestion | undefined {
  const { prompts, prompt_threshold: threshold, iou_threshold: iou, max_detections: maxDetections } = config;
  return prompts && { prompts, threshold, iou, maxDetections };
}

/**
 * Longer side of the model's input for an image if the input is free, pixels. Models detect best when objects are as large as in
 * training, so `accurate` exceeds `balanced` only up to that scale.
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
