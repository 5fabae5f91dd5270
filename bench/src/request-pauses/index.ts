import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { WebSocket } from 'ws';
import { sleep } from '../lib/figures.js';
import { numberOptions, report } from '../lib/options.js';
import { end } from '../lib/server-process.js';
import { type Case, requests } from './requests.js';

const publishToken = `lp_${'p'.repeat(32)}`;
interface Pause {
  clockMs: number;
  processorMs: number;
}

/** Time to collect what a request left behind. */
const SETTLE_MS = 200;
/** Longest wait for an answer, or for a socket to be refused. */
const ANSWER_TIMEOUT_MS = 15_000;

/**
 * The longest pause of the main thread while it handles one request, for the largest and most expensive requests of every endpoint with a
 * body. Other load on the machine can only lengthen pauses, so the shortest of several runs counts.
 */
export async function run(args: string[]): Promise<void> {
  const { runs } = numberOptions(args, { runs: 3 });
  const directory = mkdtempSync(join(tmpdir(), 'lookout-pauses-'));
  const yaml = join(directory, 'pauses.yaml');
  writeFileSync(yaml, `cameras: [{ id: phone, kind: push, publish_token: ${publishToken} }]`);
  const child = fork(join(import.meta.dirname, 'server-main.js'), [directory, yaml], {
    execArgv: ['--max-semi-space-size=4'],
    env: { ...process.env, UV_THREADPOOL_SIZE: '64' },
  });
  try {
    const [url] = (await once(child, 'message')) as [string];
    const [{ name: model }] = (await (await fetch(`${url}/api/models`)).json()) as [{ name: string }];
    const bars = [];
    for (const one of requests(model, `/ws/camera/${publishToken}`)) {
      const pauses: Pause[] = [];
      let answer = '';
      for (let i = 0; i < runs; i++) {
        await sleep(SETTLE_MS);
        await pause(child);
        answer = await send(url, one);
        await sleep(SETTLE_MS);
        pauses.push(await pause(child));
      }
      const name = `${one.name} (${answer})`;
      bars.push({ name, value: Math.min(...pauses.map(({ clockMs }) => clockMs)), unit: 'ms', atMost: 100 });
      bars.push({
        name: '  of it on the processor',
        value: Math.min(...pauses.map(({ processorMs }) => processorMs)),
        unit: 'ms',
      });
    }
    if (!report(`Longest pause of the main thread, best of ${runs} runs`, bars)) process.exitCode = 1;
  } finally {
    await end(child);
    rmSync(directory, { recursive: true, force: true });
  }
}

async function pause(child: ChildProcess): Promise<Pause> {
  child.send('');
  const [longest] = (await once(child, 'message')) as [Pause];
  return longest;
}

/** @returns the outcome: a status, or the first message of a socket. */
async function send(url: string, one: Case): Promise<string> {
  if (!('socket' in one)) {
    const { method = 'POST', path, headers = {}, body } = one;
    const response = await fetch(url + path, { method, headers, body });
    await response.arrayBuffer();
    return String(response.status);
  }
  const socket = new WebSocket(url.replace('http', 'ws') + one.socket);
  socket.on('error', () => undefined);
  await once(socket, 'open');
  const closed = new Promise<string>((resolve) => socket.once('close', (code) => resolve(`closed ${code}`)));
  const answered = new Promise<string>((resolve) => {
    socket.on('message', (data: Buffer) => {
      const { type, code } = JSON.parse(data.toString()) as { type: string; code?: string };
      if (type === 'error' || type === 'detection_result') resolve(code ?? type);
    });
  });
  socket.send(one.message);
  const answer = await Promise.race([closed, answered, sleep(ANSWER_TIMEOUT_MS).then(() => 'no answer')]);
  socket.terminate();
  return answer;
}
