import { Server as TlsServer } from 'node:tls';
import {
  type Certificate,
  type DeviceReport,
  Health,
  LookoutError,
  type Problem,
  SystemInfo,
  Version,
} from '@lookout/protocol';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import type { Gate } from '../../platform/auth/gate.js';
import { gateRequestOf } from '../../platform/auth/gate-request.js';
import { graphicsDevices } from '../../platform/devices/device-choice.js';
import type { Metrics } from '../../platform/metrics/metrics.js';
import { lanUrls } from '../../platform/tls/lan-urls.js';
import { sendProblem } from '../http/error-handling.js';
import { problem } from '../http/problem.js';
import { problems } from '../http/responses.js';

export interface SystemRoutesOptions {
  gate: Pick<Gate, 'identify'>;
  metrics: Metrics;
  version: string;
  /** Checks of `/readyz` by name: `'ok'` or the problem. */
  readiness: () => Promise<Readonly<Record<string, string>>>;
  /** Further checks that do not make the server unready. */
  degraded?: () => Readonly<Record<string, string>>;
  /** The inference device. */
  device: () => DeviceReport;
  /** Of the schedules of rules, IANA name. */
  timezone: () => string;
  /** Of this server's HTTPS. */
  certificate?: () => Certificate | undefined;
  /** See `ServerHost`. */
  prepareRestart?: (() => () => void) | undefined;
  /** Where encoders publish over RTMP, if they can. */
  rtmpPort?: () => number | undefined;
}

/** Health, version and metrics, for monitoring. */
export const systemRoutes: FastifyPluginAsyncZod<SystemRoutesOptions> = async (
  app,
  { gate, metrics, readiness, degraded, version, device, timezone, certificate, prepareRestart, rtmpPort },
) => {
  const startedAt = Date.now();
  app.route({
    method: 'GET',
    url: '/healthz',
    config: { permission: 'public' },
    schema: { tags: ['system'], summary: 'Whether the process is alive', response: { 200: Health } },
    handler: async () => ({ status: 'ok' as const, uptime_s: Math.round(process.uptime()), checks: {} }),
  });

  app.route({
    method: 'GET',
    url: '/readyz',
    // Balancers and probes have no key.
    config: { permission: 'public' },
    schema: {
      tags: ['system'],
      summary: 'Whether the server is ready',
      description:
        '503 names each part that is not ready in `errors`, and whatever else does not work. `degraded`: ready, but `checks` says what does not work, for example that the KServe server is down and cameras show video without boxes. Whoever is not signed in learns the state alone.',
      response: { 200: Health, ...problems(503) },
    },
    handler: async (request, reply) => {
      const health = readinessOf(await readiness(), degraded?.() ?? {});
      const isKnown = gate.identify(gateRequestOf(request.raw)) !== undefined;
      if ('code' in health) return sendProblem(reply, isKnown ? health : problem('unavailable', 'Not ready'));
      return isKnown ? health : { ...health, checks: {} };
    },
  });

  app.route({
    method: 'GET',
    url: '/version',
    config: { permission: 'signed-in' },
    schema: { tags: ['system'], summary: 'Version of the server', response: { 200: Version } },
    handler: async () => ({
      name: 'lookout' as const,
      version,
      node: process.version,
      platform: `${process.platform}-${process.arch}`,
    }),
  });

  app.route({
    method: 'GET',
    url: '/api/system',
    config: { permission: 'signed-in' },
    schema: {
      tags: ['system'],
      summary: 'How other devices reach this server, its certificate, what runs inference, and the time zone of rules',
      response: { 200: SystemInfo },
    },
    handler: async () => {
      const https = app.server instanceof TlsServer;
      const port = rtmpPort?.();
      const shown = certificate?.();
      return {
        https,
        lan_urls: lanUrls(app.server.address(), https),
        ...(port !== undefined && { rtmp_port: port }),
        ...(shown && { certificate: shown }),
        device: device(),
        graphics: await graphicsDevices(),
        timezone: timezone(),
        started_at: startedAt,
        can_restart: prepareRestart !== undefined,
      };
    },
  });

  app.route({
    method: 'POST',
    url: '/api/restart',
    config: { permission: 'manage' },
    schema: {
      tags: ['system'],
      summary: 'Close everything and start again, with `lookout.yaml` as it is now',
      description:
        'Cameras and viewers are connected again after some seconds; `started_at` of `GET /api/system` then differs. 400 if the settings are invalid, 409 if nobody would start the server again.',
      response: { 204: z.null().describe('It begins with the end of this answer'), ...problems(400, 409) },
    },
    handler: async (_request, reply) => {
      if (!prepareRestart) {
        throw new LookoutError('conflict', 'This server can’t restart itself, as it runs inside another program', {
          hint: 'Restart that program.',
        });
      }
      const restart = prepareRestart();
      reply.raw.once('close', restart);
      return reply.code(204).send(null);
    },
  });

  app.route({
    method: 'GET',
    url: '/metrics',
    config: { permission: 'watch-all' },
    schema: {
      tags: ['system'],
      summary: 'Metrics in the Prometheus text format',
      response: { 200: { description: 'Metrics', content: { 'text/plain': { schema: z.string() } } } },
    },
    handler: async (_request, reply) => {
      const text = await metrics.registry.metrics();
      return reply.type(metrics.registry.contentType).serializer(String).send(text);
    },
  });
};

/** @returns the state, or a problem naming each part that is not ready */
function readinessOf(
  checks: Readonly<Record<string, string>>,
  others: Readonly<Record<string, string>>,
): Health | Problem {
  const failedOf = (given: Readonly<Record<string, string>>) =>
    Object.entries(given).filter(([, state]) => state !== 'ok');
  const failed = failedOf(checks);
  if (failed.length > 0) {
    const errors = [...failed, ...failedOf(others)].map(([field, message]) => ({ field, message }));
    return problem('unavailable', `Not ready: ${failed.map(([name]) => name).join(', ')}`, { errors });
  }
  const status = Object.values(others).every((state) => state === 'ok') ? 'ok' : 'degraded';
  return { status, uptime_s: Math.round(process.uptime()), checks: { ...checks, ...others } };
}
