import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { parse, parseAllDocuments } from 'yaml';
import { root } from '../paths.js';

const read = (path: string) => readFileSync(join(root, path), 'utf8');

const FILES = [
  'Dockerfile',
  'deploy/compose.yaml',
  'deploy/cluster/compose.yaml',
  'deploy/kubernetes/lookout.yaml',
  'deploy/kubernetes/cluster.yaml',
  'deploy/systemd/lookout.service',
];
const settings = read('docs/reference/settings.md');
const dockerfile = read('Dockerfile');
const unit = read('deploy/systemd/lookout.service');

interface Compose {
  services: {
    lookout: { ports: string[]; environment: Record<string, string>; volumes: string[]; read_only: boolean };
  };
}
interface Container {
  ports: { containerPort: number }[];
  env: { name: string; value: string }[];
  volumeMounts: { mountPath: string }[];
  startupProbe: Probe;
  livenessProbe: Probe;
  readinessProbe: Probe;
}
interface Probe {
  httpGet: { path: string };
}
interface Manifest {
  kind: string;
  spec: {
    replicas: number;
    ports: { port: number }[];
    template: { spec: { containers: [Container]; securityContext: { runAsUser: number; fsGroup: number } } };
  };
}

const { lookout } = (parse(read('deploy/compose.yaml')) as Compose).services;
const manifests = parseAllDocuments(read('deploy/kubernetes/lookout.yaml')).map((each) => each.toJS() as Manifest);
const pod = manifests.find(({ kind }) => kind === 'StatefulSet')!.spec.template.spec;
const [container] = pod.containers;
const nodes = parseAllDocuments(read('deploy/kubernetes/cluster.yaml'))
  .map((each) => each.toJS() as Manifest)
  .find(({ kind }) => kind === 'StatefulSet')!.spec.template.spec;

describe.each(FILES)('%s', (path) => {
  const text = read(path).replace(/^\s*#.*$/gm, '');

  it('sets only variables and flags that the server has', () => {
    const variables = text.match(/\bLOOKOUT_[A-Z_]+/g) ?? [];
    const flags = text.match(/(?<=lookout\.js.* )--[a-z-]+/g) ?? [];
    for (const name of [...variables, ...flags]) expect(settings).toContain(`\`${name}`);
  });
});

it.each([
  ['the image', dockerfile],
  ['the service unit', unit],
])('%s starts Node as bin/lookout.js asks', (_name, text) => {
  const [, pool, node] = /UV_THREADPOOL_SIZE=(\d+) node (\S+)/.exec(read('packages/server/bin/lookout.js'))!;
  expect(text).toContain(`UV_THREADPOOL_SIZE=${pool}`);
  expect(text).toContain(node);
});

describe('the image', () => {
  const [, data] = /LOOKOUT_DATA=(\S+)/.exec(dockerfile)!;
  const [, user] = /^USER (\d+):/m.exec(dockerfile)!;
  const exposed = [.../^EXPOSE (.*)$/m.exec(dockerfile)![1]!.matchAll(/(\d+)\/tcp/g)].map(([, port]) => Number(port));

  it('keeps its data where Compose and Kubernetes mount it, as the user who may write there', () => {
    expect(dockerfile).toContain(`--owner=${user} --group=${user} --mode=0700 ${data}`);
    expect(dockerfile).toContain(`VOLUME ${data}`);
    expect(lookout.volumes).toContain(`data:${data}`);
    expect(lookout.read_only).toBe(true);
    expect(container.volumeMounts.map(({ mountPath }) => mountPath)).toEqual([data, '/tmp']);
    expect(pod.securityContext).toMatchObject({ runAsUser: Number(user), fsGroup: Number(user) });
  });

  it('has Node and its own commands on its PATH, as its last stage starts from nothing', () => {
    const last = dockerfile.slice(dockerfile.lastIndexOf('FROM '));
    expect(last).toMatch(/^FROM scratch\n/);
    const [, path] = /\bPATH=(\S+)/.exec(last)!;
    for (const file of ['node', 'lookout'])
      expect(path!.split(':').map((dir) => `${dir}/${file}`)).toContain(`/usr/local/bin/${file}`);
  });

  it('is reached at the ports it listens on', () => {
    expect(exposed).toEqual([8080, 1935]);
    const { LOOKOUT_WEBRTC_PORTS: udp, LOOKOUT_WEBRTC_TCP_PORT: tcp } = lookout.environment;
    expect(lookout.ports).toEqual(
      [...exposed, Number(tcp)].map((port) => `${port}:${port}`).concat(`${udp}:${udp}/udp`),
    );
    const { value } = container.env.find(({ name }) => name === 'LOOKOUT_WEBRTC_TCP_PORT')!;
    const inPod = container.ports.map(({ containerPort }) => containerPort);
    expect(inPod).toEqual([...exposed, Number(value)]);
    const service = manifests.find(({ kind }) => kind === 'Service')!;
    expect(service.spec.ports.map(({ port }) => port)).toEqual(inPod);
  });

  it('is asked for its health where the server answers without a key', () => {
    for (const { startupProbe, livenessProbe, readinessProbe } of [container, nodes.containers[0]]) {
      const paths = [startupProbe, livenessProbe, readinessProbe].map(({ httpGet }) => httpGet.path);
      expect(paths).toEqual(['/healthz', '/healthz', '/readyz']);
    }
    expect(dockerfile).toContain('/healthz`');
    for (const path of ['/healthz', '/readyz'])
      expect(read('docs/reference/api.md').split(`### GET ${path}\n`)[1]?.split('###')[0]).toContain('Needs no key');
  });

  it('is run once for a data folder', () => {
    expect(manifests.find(({ kind }) => kind === 'StatefulSet')!.spec.replicas).toBe(1);
  });

  it('carries its licences', () => {
    expect(dockerfile).toContain('COPY LICENSE NOTICE docs/licences.md /usr/share/doc/lookout/');
    expect(read('docs/licences.md')).toContain('https://github.com/jellyfin/jellyfin-ffmpeg');
  });
});
