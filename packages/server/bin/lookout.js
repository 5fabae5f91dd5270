#!/usr/bin/env -S UV_THREADPOOL_SIZE=64 node
// The thread pool's size must be in the environment of the process: FFmpeg's reads wait on pool threads, one per camera.
import { setFlagsFromString } from 'node:v8';

const [major, minor] = process.versions.node.split('.').map(Number);
if (major < 20 || (major === 20 && minor < 19)) {
  console.error(`Lookout needs Node.js 20.19 or newer; this is ${process.versions.node} (${process.execPath})`);
  process.exit(1);
}
// Pictures pass through as buffers, of which the heap sees only small handles: with a young generation that grows, V8 would let
// 64 MB of them pile up and then collect everything, twice a second with eight cameras. Small, it frees them as it goes, in 0.4 ms.
setFlagsFromString('--semi-space-growth-factor=1');
const { runCli } = await import('../dist/cli/index.js');
await runCli(process.argv.slice(2));
