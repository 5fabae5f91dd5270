import { describe, expect, it } from 'vitest';
import { checkClasses } from './check-classes.js';

const model = { name: 'nanodet-g', classNames: ['person', 'car', 'traffic light'] };

describe('checkClasses', () => {
  it('takes the classes of the model', () => {
    expect(() => checkClasses(['car', 'traffic light'], model)).not.toThrow();
    expect(() => checkClasses([], model)).not.toThrow();
  });

  it.each([
    ['persn', 'Did you mean "person"?'],
    ['Person', 'Did you mean "person"?'],
    ['trafic light', 'Did you mean "traffic light"?'],
    ['giraffe', 'GET /api/models lists the classes of each model.'],
  ])('refuses %s and says what to do', (name, hint) => {
    expect(() => checkClasses(['car', name], model)).toThrow(
      expect.objectContaining({
        code: 'validation_failed',
        message: `detect.classes: model nanodet-g has no class "${name}"`,
        hint,
      }),
    );
  });
});
