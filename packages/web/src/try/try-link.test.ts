import { describe, expect, it } from 'vitest';
import { linkQuery, readLink } from './try-link.js';
import { DEFAULT_SETTINGS, type TrySettings } from './try-settings.js';

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

const read = (query: string) => readLink(new URLSearchParams(query));

describe('a link to the page', () => {
  it('holds the models and the settings, and nothing else', () => {
    expect(linkQuery({ settings: DEFAULT_SETTINGS, compared: undefined })).toBe('confidence_threshold=0.4');
    const query = linkQuery({ settings: CHANGED, compared: 'nanodet' });
    expect([...new URLSearchParams(query).keys()].sort()).toEqual([...Object.keys(CHANGED), 'compare'].sort());
    expect(read(query)).toEqual({ settings: CHANGED, compared: 'nanodet' });
  });

  it('is the page as it is by default without a query', () => {
    expect(read('')).toEqual({ settings: DEFAULT_SETTINGS, compared: undefined });
  });

  it('keeps what is right in one that is partly wrong', () => {
    const { settings, compared } = read('confidence_threshold=7&max_detections=x&quality_mode=fast&else=1&compare=');
    expect(settings).toEqual({ ...DEFAULT_SETTINGS, quality_mode: 'fast' });
    expect(compared).toBeUndefined();
  });

  it('asks for no score that the page does not know', () => {
    expect(read('confidence_threshold=0').settings.confidence_threshold).toBe(0.05);
  });
});
