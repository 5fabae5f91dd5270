import { DETECTION_DEFAULTS, type ImageSettings, type QualityMode, type SessionSettings } from '@lookout/protocol';

/** What can be set on the page. */
export interface TrySettings {
  confidence: number;
  iou: number;
  crossClassIou: number;
  maxDetections: number;
  quality: QualityMode;
  /** Empty: all. */
  classes: readonly string[];
  /** Undefined: the server's default. */
  model: string | undefined;
}

/** The server's own, but for the minimum score, which its owner may have set: that is always sent. */
export const DEFAULT_SETTINGS: TrySettings = {
  confidence: DETECTION_DEFAULTS.confidence,
  iou: DETECTION_DEFAULTS.iou,
  crossClassIou: DETECTION_DEFAULTS.crossClassIou,
  maxDetections: DETECTION_DEFAULTS.maxDetections,
  quality: 'balanced',
  classes: [],
  model: undefined,
};

/** The settings as the API takes them; what is the server's default anyway is left out. */
export function imageSettings(settings: TrySettings): ImageSettings {
  const { confidence, iou, crossClassIou, maxDetections, quality, classes, model } = settings;
  return {
    confidence_threshold: confidence,
    ...(iou !== DEFAULT_SETTINGS.iou && { iou_threshold: iou }),
    ...(crossClassIou !== DEFAULT_SETTINGS.crossClassIou && { cross_class_iou: crossClassIou }),
    ...(quality !== DEFAULT_SETTINGS.quality && { quality_mode: quality }),
    ...(maxDetections !== DEFAULT_SETTINGS.maxDetections && { max_detections: maxDetections }),
    ...(classes.length > 0 && { classes: [...classes] }),
    ...(model !== undefined && { model }),
  };
}

/** Every setting by its name, also those that are as they were from the beginning; not the model, which a session keeps. */
export function everySetting(settings: TrySettings): SessionSettings {
  const { confidence, iou, crossClassIou, maxDetections, quality, classes } = settings;
  return {
    confidence_threshold: confidence,
    iou_threshold: iou,
    cross_class_iou: crossClassIou,
    quality_mode: quality,
    max_detections: maxDetections,
    classes: classes.length > 0 ? [...classes] : null,
  };
}

/** The same as name and value of a query; a list is divided by commas. */
export function queryEntries(settings: ImageSettings): Array<[name: string, value: string]> {
  return Object.entries(settings)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]);
}
