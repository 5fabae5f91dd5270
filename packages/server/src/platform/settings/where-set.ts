import type { SettingOrigin } from '@lookout/protocol';

/** Where a setting was given, in words: `--port on the command line`, `lookout.yaml, line 3`. */
export function whereSet({ from, name = '', line }: SettingOrigin): string {
  switch (from) {
    case 'command_line':
      return `${name} on the command line`;
    case 'environment':
      return `${name} in the environment`;
    case 'file':
      return line === undefined ? name : `${name}, line ${line}`;
    case 'page':
      return 'the page';
    case 'default':
      return 'its default';
  }
}
