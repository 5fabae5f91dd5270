import { ImageQuery, ImageSettings, sessionSettings } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import {
  askedSettings,
  DEFAULT_SETTINGS,
  everySetting,
  imageSettings,
  queryEntries,
  type TrySettings,
} from './try-settings.js';

const CHANGED: TrySettings = {
  confidence_threshold: 0.35,
  iou_threshold: 0.45,
  cross_class_iou: 1,
  max_detections: 5,
  quality_mode: 'accurate',
  classes: ['person', 'car'],
  model: 'roads',
  prompts: ['a red car', 'smoke'],
};

describe('settings of the page', () => {
  it('leave out what the server does by itself, but for the least score', () => {
    expect(imageSettings(DEFAULT_SETTINGS)).toEqual({ confidence_threshold: 0.4 });
  });

  it('ask for low scores too, whatever the minimum is', () => {
    expect(askedSettings(CHANGED)).toEqual({ ...imageSettings(CHANGED), confidence_threshold: 0.05 });
    expect(askedSettings({ ...CHANGED, confidence_threshold: 0.9 })).toEqual(askedSettings(CHANGED));
  });

  it('are what the API takes, as JSON and as a query', () => {
    const settings = imageSettings(CHANGED);
    expect(ImageSettings.parse(settings)).toEqual(settings);
    expect(ImageQuery.parse(Object.fromEntries(queryEntries(settings)))).toEqual(settings);
  });

  it('are all told to a session that has had others', () => {
    const { parse } = sessionSettings(30);
    expect(parse(everySetting(DEFAULT_SETTINGS))).toEqual({
      confidence_threshold: 0.4,
      iou_threshold: 0.6,
      cross_class_iou: 0.8,
      quality_mode: 'balanced',
      max_detections: 100,
      classes: null,
      prompts: null,
    });
    expect(parse(everySetting(CHANGED)).classes).toEqual(['person', 'car']);
  });
});
