import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { settingsOf } from './provide-media.js';

it('finds the data folder and the wish for a demo among the flags of the server', () => {
  const data = mkdtempSync(join(tmpdir(), 'lookout-start-'));
  try {
    const settings = settingsOf(['--port', '0', '--data', data, '--source', 'rtsp://10.0.0.1/x']);
    expect(settings).toMatchObject({ data, demo: true });
    expect(settingsOf([`--data=${data}`, '--no-demo'])).toMatchObject({ data, demo: false });
  } finally {
    rmSync(data, { recursive: true });
  }
});

it.each([[['--help']], [['-h']], [['--version']], [['-V']], [['doctor']], [['detect', 'x.jpg']], [['models', 'list']]])(
  'prepares nothing for %j',
  (args) => {
    expect(settingsOf(args)).toBeUndefined();
  },
);

it('leaves it to the server to refuse a broken settings file', () => {
  expect(settingsOf(['--config', '/nonexistent/lookout.yaml'])).toBeUndefined();
});
