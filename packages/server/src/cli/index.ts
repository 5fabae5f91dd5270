import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { PACKAGE_VERSION } from '../version.js';
import type { DetectCommand } from './detect/detect-command.js';
import { describeError, EXIT_CODE_HELP, EXIT_CODES, exitCodeOf } from './exit/exit-codes.js';
import { exitNow } from './exit/exit-now.js';
import { addSettingOptions, addSourceOption, settingsOf } from './setting-options.js';
import { addTryCommand } from './try/add-try-command.js';

const DETECT_HELP = `
A video file is gone over from beginning to end as fast as this machine can; --fps, --frames and --seconds make that less. With
--json each frame is a line: its number, its place in the video in ms, and what is in it, with track ids; without, a summary
tells which classes were seen, how many tracks, and when. Of a camera (a URL other than file:) the first frame is taken, or, with
--frames or --seconds, the newest frame each time until then.
--out writes a JPEG: of a picture or first frame that one, of several frames the first in which something is found. It writes no
videos.`;

/**
 * The `lookout` command. Sets `process.exitCode`; an error is printed and ends the process.
 * @param args without the interpreter and the script's name.
 */
export async function runCli(args: readonly string[]): Promise<void> {
  // Whoever reads our output may have seen enough (`| head`): that ends the command, and is no failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  try {
    await program().parseAsync(args, { from: 'user' });
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed it: help and version end with 0, everything else is wrong usage.
      process.exitCode = error.exitCode === 0 ? 0 : EXIT_CODES.usage;
      return;
    }
    process.stderr.write(`lookout: ${describeError(error)}\n`);
    // What failed may have left a thread in a native call that never ends.
    exitNow(exitCodeOf(error));
  }
}

function program(): Command {
  const root = new Command('lookout')
    .description('Watches live video: any camera in, annotated live video and detections out.')
    .version(PACKAGE_VERSION)
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

  addDetectCommand(root);
  addDoctorCommand(root);
  addTryCommand(root);
  addKeysCommands(root);
  addModelsCommands(root);
  return root;
}

function addDetectCommand(root: Command): void {
  const detectCommand = subcommand(root, 'detect', 'detect in a picture, over a whole video, or in frames of a camera')
    .argument('<input>', 'a picture, a video, or the URL of a camera')
    .option('--json', 'print the result as JSON: one object for a picture, one line per frame otherwise')
    .option('--out <file>', 'write a picture with its boxes, as JPEG; see below')
    .addOption(new Option('--fps <number>', 'analyse at most so many frames a second').argParser(positiveNumber))
    .addOption(new Option('--frames <number>', 'analyse at most so many frames').argParser(wholeNumber))
    .addOption(new Option('--seconds <number>', 'end after so much of the video or camera').argParser(positiveNumber))
    .option('--tls-pin <pin>', 'accept this certificate of a camera, sha256/…; what is refused tells the one it saw')
    .addHelpText('after', DETECT_HELP);
  addSettingOptions(detectCommand, ['--model', '--data', '--confidence', '--workers']).action(
    async (input: string, { json = false, ...options }: Partial<DetectCommand>, command: Command) => {
      const { out, fps, frames, seconds, tlsPin } = options;
      const { detect } = await import('./detect/command.js');
      await detect({ input, json, out, fps, frames, seconds, tlsPin }, settingsOf(command));
    },
  );
}

function addDoctorCommand(root: Command): void {
  const doctorCommand = subcommand(root, 'doctor', 'look at what Lookout needs of this machine').option(
    '--json',
    'print the findings as JSON',
  );
  addSettingOptions(doctorCommand, ['--port', '--host', '--data', '--model', '--device', '--workers']).action(
    async ({ json = false }: { json?: boolean }, command: Command) => {
      const { doctor } = await import('./doctor.js');
      if (!(await doctor(settingsOf(command), json))) process.exitCode = EXIT_CODES.failure;
    },
  );
}

function addKeysCommands(root: Command): void {
  const keys = subcommand(root, 'keys', 'API keys: who may do what; also beside a running server');
  const listKeys = subcommand(keys, 'list', 'all keys, without their secrets').option('--json', 'print as JSON');
  addSettingOptions(listKeys, ['--data']).action(async ({ json = false }: { json?: boolean }, command: Command) => {
    (await import('./keys.js')).listKeys(settingsOf(command), json);
  });
  const createKey = subcommand(keys, 'create', 'make a key; the key itself is printed this once')
    .argument('<name>')
    .addOption(
      new Option('--scope <scope>', 'what it may do')
        .choices(['admin', 'operator', 'viewer', 'detect'])
        .makeOptionMandatory(),
    )
    .option('--camera <id>', 'only for this camera; may be given more than once', (id, ids: string[] = []) => [
      ...ids,
      id,
    ]);
  addSettingOptions(createKey, ['--data']).action(
    async (name: string, { scope, camera }: { scope: string; camera?: string[] }, command: Command) => {
      const { createKey: create } = await import('./keys.js');
      create({ name, scope, ...(camera && { cameras: camera }) }, settingsOf(command));
    },
  );
  const revokeKey = subcommand(keys, 'revoke', 'revoke a key: what it let in ends').argument('<name or id>');
  addSettingOptions(revokeKey, ['--data']).action(async (name: string, _options: unknown, command: Command) => {
    (await import('./keys.js')).revokeKey(name, settingsOf(command));
  });

  const qr = subcommand(keys, 'qr', 'a code that signs a phone in: good once, for five minutes');
  addSettingOptions(qr, ['--data', '--host', '--port', '--https', '--cert', '--key']).action(
    async (_options: unknown, command: Command) => {
      (await import('./keys.js')).printSignInCode(settingsOf(command));
    },
  );
}

function addModelsCommands(root: Command): void {
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
}

function subcommand(parent: Command, name: string, description: string): Command {
  return parent.command(name).description(description).allowExcessArguments(false);
}

function wholeNumber(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value) || value < 1) throw new InvalidArgumentError('Expected a whole number above 0.');
  return value;
}

function positiveNumber(text: string): number {
  const value = Number(text);
  if (!Number.isFinite(value) || value <= 0) throw new InvalidArgumentError('Expected a number above 0.');
  return value;
}
