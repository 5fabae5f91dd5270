import { LookoutError, RequestError } from '@lookout/client';
import { ERROR_CODES, type ErrorCode, type Model } from '@lookout/protocol';
import { describe, expect, it } from 'vitest';
import { explainError, modelProblem, TryError, timingOf } from './outcome.js';

const answered = (code: ErrorCode, detail: string, errors?: Array<{ field: string; message: string }>) => {
  const { status } = ERROR_CODES[code];
  return new RequestError(status, { type: '', title: '', status, detail, code, ...(errors && { errors }) });
};

describe('what is told of a call that failed', () => {
  it.each<[string, unknown, string]>([
    ['a large file', new LookoutError('frame_too_large', 'It has 20 MB'), 'The picture is too large'],
    ['a large body', answered('payload_too_large', 'The body is larger'), 'The picture is too large'],
    [
      'no picture',
      answered('unsupported_media_type', 'The body is no JPEG'),
      'This is not a picture the server can read',
    ],
    [
      'a broken picture',
      answered('validation_failed', 'image_data: cut', [{ field: 'image_data', message: 'cut' }]),
      'This is not a picture the server can read',
    ],
    [
      'a wrong setting',
      answered('validation_failed', 'classes.0: no class', [{ field: 'classes.0', message: 'no class' }]),
      'The server refused these settings',
    ],
    ['a busy server', answered('too_many_requests', 'Too many at once'), 'The server is busy'],
    ['nobody there', new LookoutError('unavailable', 'The server cannot be reached'), 'The server does not answer'],
    ['no key', answered('unauthorized', 'Sign in'), 'The server refused this page'],
    ['anything else', new Error('boom'), 'This did not work'],
  ])('%s', (_name, error, title) => {
    const told = explainError(error);
    expect(told.title).toBe(title);
    expect(told.advice).not.toBe('');
  });
});

it('says what the page found itself as it is', () => {
  const problem = { title: 'No clip', advice: 'Choose another' };
  expect(explainError(new TryError(problem))).toEqual(problem);
});

describe('a model', () => {
  const model = (name: string, more: Partial<Model> = {}): Model => ({
    name,
    task: 'detect',
    format: 'yolo',
    classes: ['person'],
    input: '416×416',
    loaded: true,
    default: false,
    ...more,
  });
  const models = [
    model('nanodet', { default: true }),
    model('roads', { loaded: false }),
    model('broken', { unusable: 'It has no outputs' }),
  ];

  it.each<[string | undefined, string | undefined]>([
    [undefined, undefined],
    ['nanodet', undefined],
    // It is loaded on demand.
    ['roads', undefined],
    ['broken', 'The model “broken” can’t be used'],
    ['gone', 'There is no model “gone” on this server'],
  ])('%s: %s', (name, title) => {
    expect(modelProblem(name, models)?.title).toBe(title);
  });

  it('that is broken is said to be with its reason and what to do', () => {
    expect(modelProblem('broken', models)?.advice).toBe('It has no outputs. Choose another model in the settings.');
  });

  it('is given a chance until the models are known', () => {
    expect(modelProblem('gone', undefined)).toBeUndefined();
  });
});

it('divides a call into the way, the wait and the model', () => {
  expect(timingOf(58, 20, 12)).toEqual({ uploadMs: 38, waitMs: 8, inferenceMs: 12, totalMs: 58 });
});

it('has no part below zero, whatever the clocks say', () => {
  expect(timingOf(10, 12, 13)).toEqual({ uploadMs: 0, waitMs: 0, inferenceMs: 13, totalMs: 10 });
});
