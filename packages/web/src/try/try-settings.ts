import { DETECTION_DEFAULTS, type ImageSettings, type SessionSettings } from '@lookout/protocol';
import { ASKED_FROM } from './kept-scores.js';

/** The settings of the page, named as in the API. */
export type TrySettings = Required<
  Omit<SessionSettings, 'classes' | 'prompts' | 'prompt_threshold' | 'fps_limit' | 'enable_tracking'>
> & {
  /** Empty: all. */
  classes: readonly string[];
  /** Undefined: the server's default. */
  model: string | undefined;
  /** Descriptions of objects to look for. */
  prompts: readonly string[];
};

/** The server's defaults. The minimum score is always sent, because the server's owner may have changed its default. */
export const DEFAULT_SETTINGS: TrySettings = {
  confidence_threshold: DETECTION_DEFAULTS.confidence,
  iou_threshold: DETECTION_DEFAULTS.iou,
  cross_class_iou: DETECTION_DEFAULTS.crossClassIou,
  quality_mode: 'balanced',
  max_detections: DETECTION_DEFAULTS.maxDetections,
  classes: [],
  model: undefined,
  prompts: [],
};

/** Every setting, including unchanged ones, except the model, which a session keeps. */
export function everySetting({ model: _, classes, prompts, ...settings }: TrySettings): SessionSettings {
  return {
    ...settings,
    classes: classes.length > 0 ? [...classes] : null,
    prompts: prompts.length > 0 ? [...prompts] : null,
  };
}

/** The settings for a request; those at the server's defaults are left out. */
export function imageSettings(settings: TrySettings): ImageSettings {
  const changed = Object.entries({ ...everySetting(settings), model: settings.model }).filter(
    ([name, value]) =>
      name === 'confidence_threshold' || (value !== null && value !== DEFAULT_SETTINGS[name as keyof TrySettings]),
  );
  return Object.fromEntries(changed);
}

/** The settings for the page's own request, which keeps low scores too: the page applies the minimum itself. */
export function askedSettings(settings: TrySettings): ImageSettings {
  return imageSettings({ ...settings, confidence_threshold: ASKED_FROM });
}

/** The same as name and value of a query; a list is separated by commas. */
export function queryEntries(settings: ImageSettings): Array<[name: string, value: string]> {
  return Object.entries(settings)
    .filter(([, value]) => value !== undefined && value !== null)
    .map(([name, value]) => [name, Array.isArray(value) ? value.join(',') : String(value)]);
}
