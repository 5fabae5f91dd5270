import { describe, expect, it } from 'vitest';
import { LogRing } from '../platform/logging/log-ring.js';
import { createLogger, scrub } from './logger.js';

describe('scrub', () => {
  it.each([
    ['rtsp://user:secret@10.0.0.5/a', 'rtsp://***@10.0.0.5/a'],
    ['"url":"http://user:secret@h:81/x"', '"url":"http://***@h:81/x"'],
    ['at http://127.0.0.1:8080/a@b', 'at http://127.0.0.1:8080/a@b'],
    [`key lk_${'s'.repeat(43)}.`, 'key lk_***.'],
    [`lookout_session=ls_${'s'.repeat(43)}`, 'lookout_session=ls_***'],
    ['Authorization: Bearer secret.value', 'Authorization: Bearer ***'],
    ['mail me@example.org', 'mail me@example.org'],
  ])('%s', (line, clean) => {
    expect(scrub(line)).toBe(clean);
  });
});

it.each([true, false])('keeps secrets of errors and fields out of the log (pretty: %s)', (pretty) => {
  let text = '';
  const out = { write: (chunk: string) => (text += chunk) };
  const ring = new LogRing();
  const logger = createLogger('info', { pretty, out, ring });
  logger.error({ err: new Error('open rtsp://u:secret@h failed'), url: 'rtsp://u:secret@h' }, 'camera');
  logger.debug('quiet');
  expect(text).toContain('camera');
  expect(text).toContain('rtsp://***@h');
  expect(text).not.toMatch(/secret|quiet/);
  const kept = ring.list({ level: 'trace', limit: 10 });
  expect(kept).toMatchObject([{ level: 'error', message: 'camera' }]);
  expect(JSON.stringify(kept)).not.toContain('secret');
});
