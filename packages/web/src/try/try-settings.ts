import { DETECTION_DEFAULTS, type ImageSettings, type SessionSettings } from '@lookout/protocol';

/** The settings of the page, by the API's names. */
export type TrySettings = Required<Omit<SessionSettings, 'classes' | 'fps_limit' | 'enable_tracking'>> & {
  /** Empty: all. */
  classes: readonly string[];
  /** Undefined: the server's default. */
  model: string | undefined;
};

/** The server's own, but for the minimum score, which its owner may have set: that is always sent. */
export const DEFAULT_SETTINGS: TrySettings = {
  confidence_threshold: DETECTION_DEFAULTS.confidence,
  iou_threshold: DETECTION_DEFAULTS.iou,
  cross_class_iou: DETECTION_DEFAULTS.crossClassIou,
  quality_mode: 'balanced',
  max_detections: DETECTION_DEFAULTS.maxDetections,
  classes: [],
  model: undefined,
};

/** Every setting, also those left as they were; not the model, which a session keeps. */
export function everySetting({ model: _, classes, ...settings }: TrySettings): SessionSettings {
  return { ...settings, classes: classes.length > 0 ? [...classes] : null };
}

/** The settings as the API takes them; those that are the server's defaults are left out. */
export function imageSettings(settings: TrySettings): ImageSettings {
  const changed = Object.entries({ ...everySetting(settings), model: settings.model }).filter(
    ([name, value]) =>
      name === 'confidence_threshold' || (value !== null && value !== DEFAULT_SETTINGS[name as keyof TrySettings]),
  );
  return Object.fromEntries(changed);
}

/** The same as name and value of a query; a list is divided by commas. */
export function queryEntries(settings: ImageSettings): Array<[name: string, value: string]> {
  return Object.entries(settings)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]);
}
