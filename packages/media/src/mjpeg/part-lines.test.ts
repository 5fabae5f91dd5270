import { describe, expect, it } from 'vitest';
import { Delimiter } from './part-lines.js';

const mixed = 'multipart/x-mixed-replace';

describe('Delimiter', () => {
  it.each([
    ['bare', `${mixed};boundary=frame`, '--frame'],
    ['quoted', `${mixed}; boundary="frame"`, '--frame'],
    ['quoted without an end', `${mixed}; boundary="frame`, '--frame'],
    ['before another parameter', `${mixed}; Boundary = frame ; charset=x`, '--frame'],
    ['with its dashes', `${mixed}; boundary=--frame`, '--frame'],
    ['with its dashes, and two more in the stream', `${mixed}; boundary=--frame`, '----frame'],
    ['ending in dashes', `${mixed}; boundary=frame--`, '--frame--'],
    ['with a space', `${mixed}; boundary=video frame`, '--video frame'],
  ])('knows the announced boundary %s', (_, contentType, line) => {
    const delimiter = new Delimiter(contentType);
    // As if parts had been seen: only the announced one counts.
    expect(delimiter.matches(line, true)).toBe(true);
    expect(delimiter.matches(line, true)).toBe(true);
    expect(delimiter.matches('--another', true)).toBe(false);
  });

  it.each([
    ['no boundary', mixed],
    ['an empty one', `${mixed}; boundary=`],
    ['another one', `${mixed}; boundary=other`],
  ])('takes the first line in the stream where %s is announced', (_, contentType) => {
    const delimiter = new Delimiter(contentType);
    expect(delimiter.matches('--frame', false)).toBe(true);
    expect(delimiter.matches('--frame', true)).toBe(true);
    expect(delimiter.matches('--other', true)).toBe(false);
  });

  it('does not take the end of the stream for the begin of a part', () => {
    const delimiter = new Delimiter(`${mixed}; boundary=frame`);
    expect(delimiter.matches('--frame--', false)).toBe(false);
    expect(delimiter.matches('--frame--', true)).toBe(false);
    expect(delimiter.matches('--frame', true)).toBe(true);
  });

  it.each([
    ['no dashes', 'frame'],
    ['one dash', '-frame'],
    ['nothing but dashes', '----'],
    ['bytes of a picture', '--\u0001\u00ff'],
    ['a line too long for one', `--${'x'.repeat(201)}`],
  ])('takes no line with %s', (_, line) => {
    expect(new Delimiter(mixed).matches(line, false)).toBe(false);
  });
});
