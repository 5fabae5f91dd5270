import type { RequestListener, Server } from 'node:http';
import fastifyCompress from '@fastify/compress';
import fastifyStatic from '@fastify/static';
import type { Certificate, DeviceReport } from '@lookout/protocol';
import Fastify, { type FastifyBaseLogger, type FastifyPluginAsync, LogController } from 'fastify';
import type { ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Logger } from 'pino';
import type { CameraService } from '../pipeline/cameras/camera-service.js';
import type { Accounts } from '../platform/auth/accounts.js';
import type { AuditLog } from '../platform/auth/audit-log.js';
import type { Gate } from '../platform/auth/gate.js';
import type { OidcSignIn } from '../platform/auth/oidc-sign-in.js';
import { addJsonParser } from '../platform/input/bounded-json.js';
import type { Metrics } from '../platform/metrics/metrics.js';
import type { OwnerRelay } from './cluster/owner-relay.js';
import type { PeerServer } from './cluster/peer-server.js';
import { installAudit } from './http/audit-hook.js';
import { COMPRESSION } from './http/compression.js';
import { answerClientError, installErrorHandling, sendProblem } from './http/error-handling.js';
import { installGate } from './http/gate-hook.js';
import { DEFAULT_WEB_ROOT, pageRoutes } from './http/pages.js';
import { problemOf } from './http/problem.js';
import { installRequestHooks, requestId, SECURITY_HEADERS } from './http/request-hooks.js';
import { serializerCompiler, validatorCompiler } from './http/validation.js';
import { docsPlugin } from './openapi/docs.js';
import { auditRoutes } from './routes/audit.js';
import { cameraRoutes } from './routes/cameras.js';
import { keyRoutes } from './routes/keys.js';
import { type ModelService, modelRoutes } from './routes/models.js';
import { oidcRoutes } from './routes/oidc.js';
import { passkeyRoutes } from './routes/passkeys.js';
import { sessionRoutes } from './routes/session.js';
import { signedInDeviceRoutes } from './routes/sessions.js';
import { systemRoutes } from './routes/system.js';
import { userRoutes } from './routes/users.js';
import type { SocketRoutes } from './sockets/socket-routes.js';

export interface HttpAppOptions {
  readonly logger: Logger;
  readonly gate: Gate;
  /** What goes between this node and others. */
  readonly links?: { readonly peers: Pick<PeerServer, 'passedOn'>; readonly relay: OwnerRelay } | undefined;
  readonly accounts: Accounts;
  readonly audit: AuditLog;
  /** Sign-in by an OpenID Connect provider. */
  readonly oidc?: OidcSignIn | undefined;
  readonly metrics: Metrics;
  readonly cameras: CameraService;
  readonly models: ModelService;
  /** The WebSocket endpoints. */
  readonly sockets: SocketRoutes;
  readonly version: string;
  /** Checks of `/readyz` by name: `'ok'` or the problem. */
  readonly readiness: () => Promise<Readonly<Record<string, string>>>;
  /** Further checks that `/readyz` reports without becoming unready. */
  readonly degraded?: () => Readonly<Record<string, string>>;
  /** The inference device. */
  readonly device: () => DeviceReport;
  /** Of the schedules of rules, IANA name. */
  readonly timezone: () => string;
  /** Of this server's HTTPS. */
  readonly certificate?: () => Certificate | undefined;
  /** See `ServerHost`. */
  readonly prepareRestart?: (() => () => void) | undefined;
  /** Where encoders publish over RTMP, if they can. */
  readonly rtmpPort?: () => number | undefined;
  /** Directory of the built web app; default: the one of the web package. */
  readonly webRoot?: string;
  /** Origins whose pages may show `/view` in a frame. */
  readonly frameAncestors?: readonly string[];
  /** Plugins with further routes. */
  readonly plugins?: readonly FastifyPluginAsync[];
  /** Creates the server; default: plain HTTP. */
  readonly createServer?: (handler: RequestListener, requestTimeoutMs: number) => Server;
}

/** JSON bodies of this API are small; routes that take images set their own limit. */
const BODY_LIMIT_BYTES = 256 * 1024;
/** Maximum length of a path parameter, characters. */
const MAX_PARAM_LENGTH = 256;
/** The form parser would otherwise log request headers, including keys and cookies. */
const WITHOUT_SECRETS = { busboyOptions: () => undefined };
/** Maximum time for a request to arrive. */
const REQUEST_TIMEOUT_MS = 30_000;

/**
 * The HTTP side of the server: REST, pages, metrics and their description. Call `listen` (or `ready`) on the returned app;
 * `close` also ends streams.
 */
export function buildHttpApp(options: HttpAppOptions) {
  const { createServer } = options;
  const app = Fastify({
    loggerInstance: options.logger.child({}, { serializers: WITHOUT_SECRETS }) as FastifyBaseLogger,
    logController: new LogController({ disableRequestLogging: true }),
    genReqId: requestId,
    bodyLimit: BODY_LIMIT_BYTES,
    forceCloseConnections: true,
    clientErrorHandler: answerClientError,
    // Errors of the router itself reach neither the hooks nor the error handler.
    frameworkErrors: (error, _request, reply) => void sendProblem(reply.headers(SECURITY_HEADERS), problemOf(error)),
    routerOptions: { maxParamLength: MAX_PARAM_LENGTH },
    // Also limits clients that send their headers very slowly.
    requestTimeout: REQUEST_TIMEOUT_MS,
    ...(createServer && { serverFactory: (handler: RequestListener) => createServer(handler, REQUEST_TIMEOUT_MS) }),
  }).withTypeProvider<ZodTypeProvider>();
  // Node drops headers beyond the first thousand, so a sender could push out a proxy's own. Their total size is still limited.
  app.server.maxHeadersCount = 0;
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  // Reject other content types instead of reading them as text.
  app.removeContentTypeParser('text/plain');
  addJsonParser(app);
  const webRoot = options.webRoot ?? DEFAULT_WEB_ROOT;
  installErrorHandling(app, webRoot);
  installRequestHooks(app, options.metrics);
  installGate(app, options.gate, options.links?.peers.passedOn);
  options.links?.relay.install(app);
  installAudit(app, options);
  app.register(fastifyCompress, COMPRESSION);
  app.register(fastifyStatic, { root: webRoot, serve: false, preCompressed: true });
  app.register(docsPlugin, { version: options.version });
  app.register(systemRoutes, options);
  app.register(sessionRoutes, options);
  app.register(oidcRoutes(options.oidc));
  app.register(cameraRoutes, options);
  app.register(keyRoutes, options);
  app.register(userRoutes(options));
  app.register(passkeyRoutes(options.accounts));
  app.register(signedInDeviceRoutes(options.accounts));
  app.register(auditRoutes(options.audit));
  app.register(modelRoutes, options);
  for (const plugin of options.plugins ?? []) app.register(plugin);
  options.sockets.attach(app, app.server);
  app.register(pageRoutes, { webRoot, frameAncestors: options.frameAncestors ?? [] });
  return app;
}

export type HttpApp = ReturnType<typeof buildHttpApp>;
