import { describe, expect, it } from 'vitest';
import { imageSample, LANGUAGES, type Sample, sessionSample } from './code-samples.js';

const PLAIN: Sample = { origin: 'http://127.0.0.1:8080', settings: { confidence_threshold: 0.5 }, withKey: false };
const FULL: Sample = {
  origin: 'https://cameras.example',
  settings: { confidence_threshold: 0.3, quality_mode: 'fast', classes: ['person', "driver's cab"], model: 'roads' },
  withKey: true,
};

describe('code of one picture', () => {
  it.each(LANGUAGES)('names the server and every setting: $label', ({ value }) => {
    const text = imageSample(value, FULL);
    expect(text).toContain('https://cameras.example/api/detect');
    for (const name of ['confidence_threshold', 'quality_mode', 'classes', 'model']) expect(text).toContain(name);
  });

  it.each(LANGUAGES.filter(({ value }) => value !== 'browser'))(
    'sends a key where one is needed: $label',
    ({ value }) => {
      expect(imageSample(value, FULL)).toMatch(/Bearer .*LOOKOUT_KEY/);
      expect(imageSample(value, PLAIN)).not.toContain('Bearer');
    },
  );

  it('is one line of curl for a shell', () => {
    expect(imageSample('curl', PLAIN)).toBe(
      "curl --data-binary @photo.jpg \\\n  -H 'Content-Type: image/jpeg' \\\n  'http://127.0.0.1:8080/api/detect?confidence_threshold=0.5'",
    );
  });

  it('writes numbers as numbers and quotes as Python does', () => {
    const text = imageSample('python', FULL);
    expect(text).toContain("'confidence_threshold': 0.3,");
    expect(text).toContain("'classes': 'person,driver\\'s cab',");
  });
});

describe('code of a session', () => {
  it.each(LANGUAGES)('names the server and its settings: $label', ({ value }) => {
    const text = sessionSample(value, FULL);
    expect(text).toContain(
      value === 'curl' ? 'https://cameras.example/stream/sessions' : 'wss://cameras.example/stream/detection?',
    );
    expect(text).toContain('quality_mode');
  });

  it("keeps a shell's quotes apart", () => {
    expect(sessionSample('curl', FULL)).toContain("driver'\\''s cab");
  });
});
