import { describe, expect, it } from 'vitest';
import { explainMediaError, type MediaSurroundings, problemBefore } from './media-problem.js';

const FINE: MediaSurroundings = {
  secure: true,
  supported: true,
  origin: 'https://192.168.1.5:8080',
  source: 'camera',
};
const error = (name: string, message = '') => new DOMException(message, name);

describe('problemBefore', () => {
  it('lets a page with HTTPS and a camera try', () => {
    expect(problemBefore(FINE)).toBeUndefined();
  });

  it('says how to come by HTTPS', () => {
    const problem = problemBefore({ ...FINE, secure: false, supported: false, origin: 'http://192.168.1.5:8080' });
    expect(problem?.code).toBe('insecure');
    expect(problem?.advice).toMatch(/npm start -- --https/);
    expect(problem?.advice).toContain('http://192.168.1.5');
  });

  it('tells of browsers without a camera, and of phones without screens to share', () => {
    expect(problemBefore({ ...FINE, supported: false })?.advice).toMatch(/inside other apps/);
    expect(problemBefore({ ...FINE, supported: false, source: 'screen' })?.advice).toMatch(/Phones/);
  });
});

describe('explainMediaError', () => {
  it.each<[string, unknown, Partial<MediaSurroundings>, string]>([
    ['blocked for the page', error('NotAllowedError', 'Permission denied'), { permission: 'denied' }, 'blocked'],
    ['blocked, told by the message only', error('NotAllowedError', 'Permission denied'), {}, 'blocked'],
    ['closed the question', error('NotAllowedError', 'Permission dismissed'), { permission: 'prompt' }, 'dismissed'],
    [
      'the system',
      error('NotAllowedError', 'Permission denied by system'),
      { permission: 'granted' },
      'blocked_by_system',
    ],
    ['chose no screen', error('NotAllowedError', 'Permission denied'), { source: 'screen' }, 'dismissed'],
    ['no camera', error('NotFoundError', 'Requested device not found'), {}, 'no_camera'],
    ['in use', error('NotReadableError', 'Could not start video source'), {}, 'in_use'],
    ['another app took it meanwhile', error('AbortError'), {}, 'in_use'],
    ['that camera is gone', error('OverconstrainedError'), {}, 'not_that_camera'],
    ['something else', new TypeError('strange'), {}, 'unknown'],
    ['nothing at all', undefined, {}, 'unknown'],
  ])('%s', (_name, thrown, surroundings, code) => {
    const problem = explainMediaError(thrown, { ...FINE, ...surroundings });
    expect(problem.code).toBe(code);
    expect(problem.title).not.toBe('');
    expect(problem.advice).not.toBe('');
  });
});
