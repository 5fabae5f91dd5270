#!/usr/bin/env -S UV_THREADPOOL_SIZE=64 node
// The thread pool's size must be in the environment of the process: FFmpeg's reads wait on pool threads, one per camera.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Lookout needs Node.js 20.19 or newer; this is ${process.versions.node} (${process.execPath})`);
  process.exit(1);
}
const { runCli } = await import('../dist/cli/index.js');
await runCli(process.argv.slice(2));
