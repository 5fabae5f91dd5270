import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, request, type Server } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { root } from '../paths.js';

// The balancer of deploy/cluster as it is, but for the addresses and the pace of its checks.

interface Node {
  readonly server: Server;
  isReady: boolean;
  isAlive: boolean;
}

let directory: string;
let nodes: Node[];
let haproxy: ChildProcess;

beforeEach(async () => {
  directory = mkdtempSync(join(tmpdir(), 'lookout-balancer-'));
  nodes = await Promise.all(['node1', 'node2', 'node3'].map(startNode));
  let config = readFileSync(join(root, 'deploy/cluster/haproxy.cfg'), 'utf8')
    .replace('bind :8080', `bind unix@${directory}/pages`)
    .replace('bind :1935', `bind unix@${directory}/rtmp`)
    .replaceAll('inter 2s', 'inter 20ms')
    .replace('127.0.0.11:53', '127.0.0.1:53');
  for (const [i, { server }] of nodes.entries())
    config = config.replaceAll(`node${i + 1}:8080`, `127.0.0.1:${(server.address() as { port: number }).port}`);
  writeFileSync(join(directory, 'haproxy.cfg'), config);
  haproxy = spawn('/usr/sbin/haproxy', ['-db', '-f', join(directory, 'haproxy.cfg')], { stdio: 'ignore' });
});

afterEach(async () => {
  haproxy.kill('SIGKILL');
  await once(haproxy, 'exit');
  for (const { server } of nodes) server.close().closeAllConnections();
  rmSync(directory, { recursive: true, force: true });
});

async function startNode(name: string): Promise<Node> {
  const node = {
    isReady: true,
    isAlive: true,
    server: createServer(({ url }, response) => {
      const isWell = url === '/readyz' ? node.isReady : node.isAlive;
      response.writeHead(isWell ? 200 : 503).end(name);
    }),
  };
  await once(node.server.listen(0, '127.0.0.1'), 'listening');
  return node;
}

/** Who answers a visitor: the name of the node, or nothing. */
function visit(): Promise<string> {
  return new Promise((resolve) => {
    const sent = request({ socketPath: join(directory, 'pages'), path: '/', agent: false });
    sent.once('error', () => resolve(''));
    sent.once('response', async (response) => {
      const parts = await response.toArray();
      resolve(response.statusCode === 200 ? Buffer.concat(parts as Buffer[]).toString() : '');
    });
    sent.end();
  });
}

const answering = async () => [...new Set(await Promise.all(Array.from({ length: 12 }, visit)))].sort().join(' ');

it('sends visitors to the nodes that are ready', async () => {
  await expect.poll(answering).toBe('node1 node2 node3');
  nodes[0]!.isReady = false;
  await expect.poll(answering).toBe('node2 node3');
  nodes[0]!.isReady = true;
  await expect.poll(answering).toBe('node1 node2 node3');
});

it('goes on with those that are alive while none is ready', async () => {
  await expect.poll(answering).toBe('node1 node2 node3');
  for (const node of nodes) node.isReady = false;
  nodes[2]!.isAlive = false;
  await expect.poll(answering).toBe('node1 node2');
});
