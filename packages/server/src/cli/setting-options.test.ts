import { Command } from 'commander';
import { expect, it } from 'vitest';
import { addSettingOptions, settingsOf } from './setting-options.js';

it('takes a list with commas or item by item', () => {
  const command = addSettingOptions(new Command());
  command.parse(['--config', '/dev/null', '--label', 'yard,usb', '--label', 'gpu'], { from: 'user' });
  expect(settingsOf(command).cluster.labels).toEqual(['yard', 'usb', 'gpu']);
});
