import { Command, CommanderError, InvalidArgumentError, Option } from 'commander';
import { PACKAGE_VERSION } from '../version.js';
import type { DetectCommand } from './detect/detect-command.js';
import { describeError, EXIT_CODE_HELP, EXIT_CODES, exitCodeOf } from './exit/exit-codes.js';
import { exitNow } from './exit/exit-now.js';
import type { ExplainCommand, RuleTestCommand } from './rules/rules-command.js';
import { addSettingOptions, addSourceOption, settingsOf } from './setting-options.js';
import { addTryCommand } from './try/add-try-command.js';

const DETECT_HELP = `
Videos are processed from beginning to end, as fast as this machine allows; --fps, --frames and --seconds limit the work. --json
prints one line per frame: number, position in the video in ms, and detections with track ids. Without --json, a summary lists the
classes found, how many tracks each has, and when they were seen. From a camera (any URL but file:), the first frame is taken or,
with --frames or --seconds, the newest frame each time.
--out writes a JPEG of the image or, of several frames, of the first one with a detection. It does not write videos.`;

/**
 * The `lookout` command. Sets `process.exitCode`; an error is printed and ends the process.
 * @param args without the interpreter and the script's name.
 */
export async function runCli(args: readonly string[]): Promise<void> {
  // The reader of our output may close it early (`| head`): that ends the command and is not a failure.
  process.stdout.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(0);
    throw error;
  });
  try {
    await runCommand(args);
  } catch (error) {
    if (error instanceof CommanderError) {
      // Commander has printed it.
      process.exitCode = exitCodeOf(error);
      return;
    }
    process.stderr.write(`lookout: ${describeError(error)}\n`);
    // The failed command may have left a thread in a native call that never returns.
    exitNow(exitCodeOf(error));
  }
}

/**
 * Runs a command in this process, which goes on after it.
 * @throws CommanderError of wrong usage, and after help; whatever else makes the command fail: see `exitCodeOf`
 */
export async function runCommand(args: readonly string[]): Promise<void> {
  await program().parseAsync(args, { from: 'user' });
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
    await serve(() => settingsOf(command));
  };
  addSourceOption(addSettingOptions(root)).action(serveFrom);
  const serveCommand = subcommand(root, 'serve', 'run the server, as without a command');
  addSourceOption(addSettingOptions(serveCommand)).action(serveFrom);

  addDetectCommand(root);
  addDoctorCommand(root);
  addTryCommand(root);
  addKeysCommands(root);
  addUsersCommands(root);
  addDatabaseCommands(root);
  addModelsCommands(root);
  addRulesCommands(root);
  return root;
}

function addDetectCommand(root: Command): void {
  const detectCommand = subcommand(root, 'detect', 'detect objects in an image, a video or frames of a camera')
    .argument('<input>', 'an image, a video, or the URL of a camera')
    .option('--json', 'print JSON: one object for an image, otherwise one line per frame')
    .option('--out <file>', 'write a JPEG with the boxes; see below')
    .addOption(new Option('--fps <number>', 'maximum frames analysed per second of video').argParser(positiveNumber))
    .addOption(new Option('--frames <number>', 'maximum frames analysed').argParser(wholeNumber))
    .addOption(
      new Option('--seconds <number>', 'stop after this much of the video or camera').argParser(positiveNumber),
    )
    .option(
      '--tls-pin <pin>',
      'accept only this certificate from the camera, sha256/…; the error for a refused one shows its pin',
    )
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
  const doctorCommand = subcommand(root, 'doctor', 'check what Lookout needs on this machine').option(
    '--json',
    'print JSON',
  );
  addSettingOptions(doctorCommand, [
    ...['--port', '--host', '--rtmp-port', '--webrtc-ports', '--webrtc-tcp-port', '--public-ip'],
    ...['--data', '--model', '--device', '--workers'],
  ]).action(async ({ json = false }: { json?: boolean }, command: Command) => {
    const { doctor } = await import('./doctor.js');
    if (!(await doctor(settingsOf(command), json))) process.exitCode = EXIT_CODES.failure;
  });
}

/** Where keys and users are. */
const KEY_SETTINGS = ['--data', '--cluster'] as const;

function addKeysCommands(root: Command): void {
  const keys = subcommand(root, 'keys', 'list, create and revoke API keys, also while the server runs');
  const listKeys = subcommand(keys, 'list', 'list all keys, without their secrets').option('--json', 'print JSON');
  addSettingOptions(listKeys, KEY_SETTINGS).action(async ({ json = false }: { json?: boolean }, command: Command) => {
    await (await import('./keys.js')).listKeys(settingsOf(command), json);
  });
  const createKey = subcommand(keys, 'create', 'create a key and print it, this once')
    .argument('<name>')
    .addOption(
      new Option('--scope <scope>', 'what the key allows')
        .choices(['admin', 'operator', 'viewer', 'detect'])
        .makeOptionMandatory(),
    )
    .option('--camera <id>', 'limit the key to this camera; can be repeated', (id, ids: string[] = []) => [...ids, id])
    .addOption(new Option('--days <number>', 'let the key stop working after so many days').argParser(wholeNumber));
  addSettingOptions(createKey, KEY_SETTINGS).action(
    async (name: string, given: { scope: string; camera?: string[]; days?: number }, command: Command) => {
      const { scope, camera, days } = given;
      const { createKey: create } = await import('./keys.js');
      await create({ name, scope, ...(camera && { cameras: camera }), ...(days && { days }) }, settingsOf(command));
    },
  );
  const revokeKey = subcommand(keys, 'revoke', 'revoke a key and disconnect everyone who uses it').argument(
    '<name or id>',
  );
  addSettingOptions(revokeKey, KEY_SETTINGS).action(async (name: string, _options: unknown, command: Command) => {
    await (await import('./keys.js')).revokeKey(name, settingsOf(command));
  });

  const qr = subcommand(keys, 'qr', 'print a QR code that signs in one phone, valid for five minutes');
  addSettingOptions(qr, [...KEY_SETTINGS, '--host', '--port', '--https', '--cert', '--key']).action(
    async (_options: unknown, command: Command) => {
      await (await import('./keys.js')).printSignInCode(settingsOf(command));
    },
  );
}

function addUsersCommands(root: Command): void {
  const users = subcommand(root, 'users', 'list people and set passwords, also while the server runs');
  const listUsers = subcommand(users, 'list', 'list everybody who has an account').option('--json', 'print JSON');
  addSettingOptions(listUsers, KEY_SETTINGS).action(async ({ json = false }: { json?: boolean }, command: Command) => {
    await (await import('./users.js')).listUsers(settingsOf(command), json);
  });
  const resetUser = subcommand(
    users,
    'reset',
    'set a new password, print it, and sign the person out everywhere; allows a disabled person in again',
  ).argument('<name>');
  addSettingOptions(resetUser, KEY_SETTINGS).action(async (name: string, _options: unknown, command: Command) => {
    await (await import('./users.js')).resetPassword(name, settingsOf(command));
  });
}

function addDatabaseCommands(root: Command): void {
  const db = subcommand(root, 'db', 'carry what is stored over into the database of several nodes');
  const move = subcommand(db, 'move', 'copy everything into an empty Postgres database; the server must not run')
    .argument('<database>', 'postgres://USER@HOST/DATABASE; its password is best given as $PGPASSWORD')
    .option('--json', 'print JSON');
  addSettingOptions(move, ['--data', '--join-secret-file']).action(
    async (database: string, { json = false }: { json?: boolean }, command: Command) => {
      await (await import('./database.js')).move(database, settingsOf(command), json);
    },
  );
}

function addModelsCommands(root: Command): void {
  const models = subcommand(root, 'models', 'list and download models');
  const listCommand = subcommand(models, 'list', 'list models on this machine and models to download').option(
    '--json',
    'print JSON',
  );
  addSettingOptions(listCommand, ['--data']).action(async ({ json = false }: { json?: boolean }, command: Command) => {
    const { printModels } = await import('./models.js');
    await printModels(settingsOf(command), json);
  });
  const pullCommand = subcommand(models, 'pull', 'download a model')
    .argument('<name>')
    .option('--accept-licence', 'accept a licence that restricts what the model may be used for');
  addSettingOptions(pullCommand, ['--data']).action(
    async (name: string, { acceptLicence = false }: { acceptLicence?: boolean }, command: Command) => {
      const { pull } = await import('./models.js');
      await pull(name, settingsOf(command), acceptLicence);
    },
  );
  const verifyCommand = subcommand(models, 'verify', 'try a model on the photos that come with Lookout, and time it')
    .argument('<name|path>')
    .option('--json', 'print JSON');
  addSettingOptions(verifyCommand, ['--data']).action(
    async (name: string, { json = false }: { json?: boolean }, command: Command) => {
      const { verify } = await import('./models.js');
      if (!(await verify(name, settingsOf(command), json))) process.exitCode = EXIT_CODES.failure;
    },
  );
  const removeCommand = subcommand(models, 'remove', 'remove a model from the data folder').argument('<name>');
  addSettingOptions(removeCommand, ['--data', '--model']).action(
    async (name: string, _options: unknown, command: Command) => {
      const { remove } = await import('./models.js');
      await remove(name, settingsOf(command));
    },
  );
}

function addRulesCommands(root: Command): void {
  const rules = subcommand(root, 'rules', 'see what a sentence is understood as, and what it would find in a video');
  const explainCommand = withRegions(
    subcommand(rules, 'explain', 'print the rule that a sentence is understood as').argument('<sentence>'),
  );
  addSettingOptions(explainCommand, ['--model', '--data']).action(
    async (sentence: string, { json = false, zone = [], line = [] }: Partial<ExplainCommand>, command: Command) => {
      const { explain } = await import('./rules/explain.js');
      await explain({ sentence, json, zone, line }, settingsOf(command));
    },
  );
  const testCommand = withRegions(
    subcommand(rules, 'test', 'print the events that a sentence finds in a video').argument('<sentence>'),
  )
    .requiredOption('--video <file>', 'the video')
    .option('--start <time>', 'when it begins, for rules with times of day, such as 2026-03-01T22:00')
    .addOption(new Option('--fps <number>', 'maximum frames analysed per second of video').argParser(positiveNumber))
    .addOption(new Option('--seconds <number>', 'stop after this much of the video').argParser(positiveNumber));
  addSettingOptions(testCommand, ['--model', '--data', '--confidence', '--workers']).action(
    async (sentence: string, options: Partial<RuleTestCommand> & { video: string }, command: Command) => {
      const { json = false, zone = [], line = [], video, start, fps, seconds } = options;
      const { testSentence } = await import('./rules/test.js');
      await testSentence({ sentence, json, zone, line, video, start, fps, seconds }, settingsOf(command));
    },
  );
}

function withRegions(command: Command): Command {
  const collect = (text: string, all: string[] = []) => [...all, text];
  return command
    .option('--zone <name=points>', 'an area, as "door=0.1,0.5 0.4,0.5 0.4,1 0.1,1"; can be repeated', collect)
    .option('--line <name=points>', 'a line, as "gate=0.2,0.9 0.8,0.9"; can be repeated', collect)
    .option('--json', 'print JSON');
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
