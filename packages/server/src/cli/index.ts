import { Command, CommanderError } from 'commander';
import { packageVersion } from '../version.js';
import { describeError, EXIT_CODE_HELP, EXIT_CODES, exitCodeOf } from './exit-codes.js';
import { addSettingOptions, addSourceOption, settingsOf } from './setting-options.js';

/**
 * The `lookout` command. Sets `process.exitCode`; errors are printed, none is thrown.
 * @param args without the interpreter and the script's name.
 */
export async function runCli(args: readonly string[]): Promise<void> {
  try {
    await program().parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed it: help and version end with 0, everything else is wrong usage.
      process.exitCode = error.exitCode === 0 ? 0 : EXIT_CODES.usage;
      return;
    }
    process.stderr.write(`lookout: ${describeError(error)}\n`);
    process.exitCode = exitCodeOf(error);
  }
}

function program(): Command {
  const root = new Command('lookout')
    .description('Watches live video: any camera in, annotated live video and detections out.')
    .version(packageVersion)
    .enablePositionalOptions()
    .allowExcessArguments(false)
    .addHelpText('after', EXIT_CODE_HELP)
    .exitOverride();
  const serveFrom = async (_options: unknown, command: Command) => {
    const { serve } = await import('./serve.js');
    await serve(settingsOf(command));
  };
  addSourceOption(addSettingOptions(root)).action(serveFrom);
  const serveCommand = subcommand(root, 'serve', 'run the server (what lookout does without a command)');
  addSourceOption(addSettingOptions(serveCommand)).action(serveFrom);

  const detectCommand = subcommand(root, 'detect', 'detect in a picture, or in the first frame of a video or camera')
    .argument('<input>', 'a picture, a video, or a URL')
    .option('--json', 'print the result as JSON')
    .option('--out <file>', 'write the picture with its boxes, as JPEG');
  addSettingOptions(detectCommand, ['--model', '--data', '--confidence', '--workers']).action(
    async (input: string, { json = false, out }: { json?: boolean; out?: string }, command: Command) => {
      const { detect } = await import('./detect.js');
      await detect({ input, json, out }, settingsOf(command));
    },
  );

  const doctorCommand = subcommand(root, 'doctor', 'look at what Lookout needs of this machine').option(
    '--json',
    'print the findings as JSON',
  );
  addSettingOptions(doctorCommand, ['--port', '--host', '--data', '--model']).action(
    async ({ json = false }: { json?: boolean }, command: Command) => {
      const { doctor } = await import('./doctor.js');
      if (!(await doctor(settingsOf(command), json))) process.exitCode = EXIT_CODES.failure;
    },
  );

  const models = subcommand(root, 'models', 'models that --model takes by name');
  const listCommand = subcommand(models, 'list', 'what is here and what can be pulled').option(
    '--json',
    'print as JSON',
  );
  addSettingOptions(listCommand, ['--data']).action(async ({ json = false }: { json?: boolean }, command: Command) => {
    const { printModels } = await import('./models.js');
    await printModels(settingsOf(command), json);
  });
  const pullCommand = subcommand(models, 'pull', 'fetch a model of the catalogue').argument('<name>');
  addSettingOptions(pullCommand, ['--data']).action(async (name: string, _options: unknown, command: Command) => {
    const { pull } = await import('./models.js');
    await pull(name, settingsOf(command));
  });
  return root;
}

function subcommand(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).allowExcessArguments(false);
}
