// @ts-check
/** `npm run test:peers`: installs other people's servers and clients, from PyPI under `.lookout/peers`, once, and tests against them. */
import { spawnSync } from 'node:child_process';
import { existsSync, mkdirSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { prepare, root, runMain, SetupError, step } from './bootstrap.mjs';

/** An environment of its own each: they need other versions of the same packages. */
const ENVIRONMENTS = {
  kserve: ['kserve==0.21.0', 'onnxruntime==1.32.0'],
  tritonclient: ['tritonclient[http]==2.73.0'],
  mlserver: ['mlserver==1.7.1', 'onnxruntime==1.32.0'],
  onvif: ['onvif-zeep-async==4.3.0', 'WSDiscovery==2.1.2'],
};

const folder = join(root, '.lookout/peers');

await runMain(
  async () => {
    await prepare();
    const { equip } = await import('./dist/equipment.js');
    process.env.LOOKOUT_DEMO_CLIP = await equip(step);
    const { installSystemPackages, PEER_PACKAGES } = await import('./dist/system-packages.js');
    await installSystemPackages(step, PEER_PACKAGES);
    for (const [name, packages] of Object.entries(ENVIRONMENTS)) install(name, packages);
    const vitest = join(root, 'node_modules/vitest/vitest.mjs');
    const passed = run(process.execPath, [vitest, 'run', '--project', 'peers', ...process.argv.slice(2)]);
    process.exitCode = passed ? 0 : 1;
  },
  { verb: 'test' },
);

/**
 * @param {string} name
 * @param {string[]} packages
 */
function install(name, packages) {
  const environment = join(folder, name);
  const done = join(environment, `installed ${packages.join(' ')}`);
  if (existsSync(done)) return;
  rmSync(environment, { recursive: true, force: true });
  mkdirSync(folder, { recursive: true });
  process.stdout.write(`Installing ${packages.join(', ')} …\n`);
  const isInstalled =
    run('python3', ['-m', 'venv', environment]) &&
    run(join(environment, 'bin/pip'), ['install', '--quiet', ...packages]);
  if (!isInstalled) {
    throw new SetupError(`${name} could not be installed`, 'This needs python3 with its venv module, and PyPI.');
  }
  writeFileSync(done, '');
}

/**
 * @param {string} command
 * @param {string[]} args
 * @returns whether it went well
 */
function run(command, args) {
  return spawnSync(command, args, { cwd: root, stdio: 'inherit' }).status === 0;
}
