import { describe, expect, it } from 'vitest';
import { COCO_NAMES } from '../model-info/coco-names.js';
import { parseClassNames } from './class-names.js';

describe('parseClassNames', () => {
  it.each([
    ['a Python dict', "{0: 'person', 1: 'traffic light'}", ['person', 'traffic light']],
    ['quotes inside', `{0: "driver's licence", 1: 'say \\'hi\\''}`, ["driver's licence", "say 'hi'"]],
    ['punctuation inside', "{0: 'a, b: c', 1: '}'}", ['a, b: c', '}']],
    ['a gap', "{0: 'a', 2: 'c'}", ['a', 'class_1', 'c']],
    ['a JSON object', '{"0": "a", "1": "b"}', ['a', 'b']],
    ['a Python list', "['a', 'b']", ['a', 'b']],
    ['a JSON list', '["a", "b"]', ['a', 'b']],
    ['nothing', '', undefined],
    ['a word', 'coco', undefined],
  ])('reads %s', (_name, text, names) => {
    expect(parseClassNames(text)).toEqual(names);
  });
});

describe('COCO_NAMES', () => {
  it('has the 80 classes in their order', () => {
    expect(COCO_NAMES).toHaveLength(80);
    expect([0, 2, 15, 41, 79].map((id) => COCO_NAMES[id])).toEqual(['person', 'car', 'cat', 'cup', 'toothbrush']);
  });
});
