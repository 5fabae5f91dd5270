import { type Command, Option } from 'commander';
import { flagName, SETTING_OPTIONS } from '../platform/config/options.js';
import { loadSettings, type Settings } from '../platform/config/settings.js';

/** Adds the flags of the settings table to a command; `only` names the ones it needs, by flag. */
export function addSettingOptions(command: Command, only?: readonly string[]): Command {
  for (const { flag, env, help, read } of SETTING_OPTIONS) {
    if (flag === undefined || (only && !only.includes(flagName(flag)))) continue;
    const option = new Option(flag, env ? `${help} [$${env}]` : help);
    // A list can also be given item by item, with the flag repeated.
    if (read === 'list')
      option.argParser((text, before?: string) => (before === undefined ? text : `${before},${text}`));
    command.addOption(option);
  }
  return command.option('--config <file>', 'settings file (default ./lookout.yaml if it exists) [$LOOKOUT_CONFIG]');
}

/** `--source URL`, which can be repeated. */
export function addSourceOption(command: Command): Command {
  const collect = (url: string, urls: string[] | undefined) => [...(urls ?? []), url];
  return command.option('--source <url>', 'a camera to watch; can be repeated', collect);
}

/** The settings as a command's flags, the environment and the file give them. @throws LookoutError `config_invalid` */
export function settingsOf(command: Command): Settings {
  const given = command.opts<{ config?: string; source?: string[] }>();
  const values: Record<string, string> = {};
  for (const option of command.options) {
    const name = option.attributeName();
    if (option.long === undefined || command.getOptionValueSource(name) !== 'cli') continue;
    // A negated flag (`--no-demo`) is set by its presence.
    values[option.long] = option.negate ? 'true' : String(command.getOptionValue(name));
  }
  const flags = { values, sources: given.source, config: given.config };
  return loadSettings({ flags, env: process.env });
}
