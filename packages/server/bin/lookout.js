#!/usr/bin/env -S UV_THREADPOOL_SIZE=64 node --max-semi-space-size=4
// Both must be there before Node starts. FFmpeg's reads wait on threads of the pool, one per camera. Pictures pass through as buffers,
// of which V8's heap sees small handles only: with a young generation of 16 MB they pile up until it collects everything, three times
// a second with eight cameras.
const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Lookout needs Node.js 20.19 or newer; this is ${process.versions.node} (${process.execPath})`);
  process.exit(1);
}
const { runCli } = await import('../dist/cli/index.js');
await runCli(process.argv.slice(2));
