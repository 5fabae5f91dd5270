import { existsSync } from 'node:fs';
import { resolve } from 'node:path';
import { nowMs, openPacketDecoder, openSource, validateSourceUrl } from '@lookout/media';
import type { CameraConfig } from '@lookout/protocol';
import { isPhrased } from '@lookout/rules';
import { createTracker } from '@lookout/vision';
import type { Logger } from 'pino';
import { buildHttpApp } from './api/app.js';
import { addDetectionSocket } from './api/detection/add-detection-socket.js';
import { detectionRoutes } from './api/detection/detection-routes.js';
import { limitConnections } from './api/http/address-limit.js';
import { DescriptorWatch } from './api/http/descriptor-watch.js';
import { listen } from './api/http/listen.js';
import { createPlainServer, createTlsServer } from './api/http/page-server.js';
import { UploadLimit } from './api/http/upload-limit.js';
import { kserveRoutes } from './api/kserve/kserve-routes.js';
import { TensorService } from './api/kserve/tensor-service.js';
import { liveRoutes } from './api/live/live-routes.js';
import { addLiveSockets } from './api/live/live-sockets.js';
import { addPublisherSocket } from './api/publishing/add-publisher-socket.js';
import { RtmpPublishers } from './api/publishing/rtmp-publishers.js';
import { administrationRoutes } from './api/routes/administration.js';
import { authorityRoute } from './api/routes/authority.js';
import { cameraStreamRoute } from './api/routes/camera-stream.js';
import { discoveryRoutes } from './api/routes/discovery.js';
import { mediaMtxRoutes } from './api/routes/mediamtx.js';
import { nodeRoutes } from './api/routes/nodes.js';
import { shareRoutes } from './api/routes/shares.js';
import { warningRoutes } from './api/routes/warnings.js';
import { webhookRoutes } from './api/routes/webhooks.js';
import { segmentRoutes } from './api/segments/segment-routes.js';
import { SocketRoutes } from './api/sockets/socket-routes.js';
import { TcpPort } from './api/webrtc/tcp-port.js';
import { webRtcRoutes } from './api/webrtc/webrtc-routes.js';
import { openStorageOrJoin } from './cluster-node.js';
import { openDetectionModels } from './detection-models.js';
import { analysisHealth, healthChecks } from './health.js';
import { openOpenVocabulary } from './open-vocabulary.js';
import { InferenceAdapter } from './pipeline/adaptation/inference-adapter.js';
import { rulesFrom } from './pipeline/analysis/detection-rules.js';
import { Dispatcher } from './pipeline/analysis/dispatcher.js';
import { EventBus } from './pipeline/bus/event-bus.js';
import { CameraFinder } from './pipeline/cameras/camera-finder.js';
import { CameraManager } from './pipeline/cameras/camera-manager.js';
import type { CameraOptions, CameraOrigin } from './pipeline/cameras/camera-options.js';
import { metricsSink } from './pipeline/cameras/camera-stats.js';
import { checkAddresses, openCameras } from './pipeline/cameras/configured-cameras.js';
import { CameraProber } from './pipeline/cameras/probe.js';
import { TrackIds } from './pipeline/cameras/track-ids.js';
import { WebhookService } from './pipeline/delivery/webhook-service.js';
import { RenderingLimit } from './pipeline/live/rendering-limit.js';
import { PushSources } from './pipeline/publishing/push-source.js';
import { DetectionService } from './pipeline/sessions/detection-service.js';
import { Warnings } from './pipeline/warnings/warnings.js';
import { openWebRtc } from './pipeline/webrtc/open-web-rtc.js';
import { CameraShares } from './platform/auth/camera-shares.js';
import { CameraTokens } from './platform/auth/camera-tokens.js';
import { Gate } from './platform/auth/gate.js';
import { openAccounts } from './platform/auth/open-accounts.js';
import type { Settings } from './platform/config/settings.js';
import { Metrics } from './platform/metrics/metrics.js';
import { PageSettings } from './platform/settings/page-settings.js';
import { later, once } from './platform/threads/later.js';
import { describeAccess, type HttpsAccess } from './platform/tls/access.js';
import { machineNames } from './platform/tls/machine-names.js';
import { ServerTls } from './platform/tls/server-tls.js';
import { openRedis } from './redis-parts.js';
import type { RunningServer, ServerHost } from './running-server.js';
import { PACKAGE_VERSION } from './version.js';

/**
 * The composition root: every component is created here once and passed to those that need it.
 * @throws LookoutError if the server can't start; everything opened before the failure is closed again.
 */
export async function startServer(settings: Settings, logger: Logger, around: ServerHost = {}): Promise<RunningServer> {
  const closers: Array<() => unknown> = [];
  const close = once(async () => {
    for (const closer of closers.reverse()) await closer();
  });
  try {
    return { ...(await compose(settings, logger, around, closers)), close };
  } catch (error) {
    await close();
    throw error;
  }
}

async function compose(settings: Settings, logger: Logger, around: ServerHost, closers: Array<() => unknown>) {
  const { storage, node } = await openStorageOrJoin(settings, logger);
  closers.push(() => storage.close());
  if (storage.backups.outcome) logger.warn(storage.backups.outcome, 'restore of a backup');
  const pageSettings = await PageSettings.open({
    ...{ store: storage.settings, given: settings },
    onInvalid: (key) => logger.warn({ key }, 'a setting made in the page is no longer valid: its default is used'),
  });
  const metrics = new Metrics();
  closers.push(() => metrics.close());
  const bus = new EventBus({
    count: (topic) => metrics.listenerFailed(topic),
    log: (topic, error, count) => logger.error({ topic, err: error, count }, 'a listener failed'),
    now: nowMs,
  });
  // Opened first, so that an unusable certificate is reported before any slow work.
  const tls = settings.server.https
    ? await ServerTls.open({ ...settings.server, data: settings.data, log: logger })
    : undefined;
  if (tls) closers.push(() => tls.close());
  const { pool, models, device, remoteHealth, administration, hungCount, chosen } = await openDetectionModels(
    {
      ...{ settings, storage, metrics, logger },
      cameras: () => cameras.all(),
      onDefault: () => {
        detection.modelChanged();
        cameras.modelChanged();
      },
    },
    closers,
  );
  const words = await openOpenVocabulary(
    {
      ...{ settings, chosen, storage, metrics, logger, bus, pool },
      node: node?.here,
      watches: node && ((camera: string) => node.watches(camera)),
      rules: () => warnings.rules,
      nextTrackId: (camera) => trackIds.next(camera),
      cameras: () => cameras.all().map(({ config }) => config),
    },
    closers,
  );
  const dispatcher = new Dispatcher(pool, nowMs);
  pool.onIdle = () => dispatcher.kick();
  const adapter = new InferenceAdapter({
    pool,
    cameras: () => cameras.all(),
    adaptable: () => models.current.input.kind === 'free',
    now: nowMs,
  });
  closers.push(() => adapter.stop());

  // Detection API: shares the workers with the cameras.
  const detection = new DetectionService({
    settings: settings.streaming,
    defaults: rulesFrom(settings.detect),
    models,
    deviceReason: device.reason,
    trouble: (model) => pool.refusal(model.name)?.message ?? remoteHealth.problem(model),
    pool,
    dispatcher,
    metrics: metrics.detection,
    prompts: words.prompts,
    createTracker: () => createTracker(),
    ...{ node: node?.here, later, now: nowMs },
  });
  closers.push(() => detection.close());
  const tensors = new TensorService({ models, pool, dispatcher, wantedFps: settings.streaming.max_fps, now: nowMs });
  closers.push(() => tensors.close());

  // FFmpeg takes absolute paths only.
  const demoClip = settings.demo_clip === undefined ? undefined : resolve(settings.demo_clip);
  // Filled once the server listens, before any camera is opened.
  const ownPorts: number[] = [];
  const sourceOptions = {
    limits: () => ({ ownPorts }),
    decode: settings.decode,
    ...(demoClip !== undefined && existsSync(demoClip) && { demoClip }),
  };
  checkAddresses(settings, sourceOptions);
  const pushSources = new PushSources({
    now: nowMs,
    openDecoder: (events) => openPacketDecoder(events, settings.decode),
  });
  const { limits, ...redis } = await openRedis({ settings, metrics, logger, node, bus }, closers);
  const linkKey = node?.linkKey ?? storage.directory.secret('links');
  const signInOptions = { settings, storage, metrics, limits, signInKey: linkKey, logger };
  const { accounts, audit, oidc, doorkeepers } = await openAccounts(signInOptions);
  closers.push(accounts.watch((error) => logger.error({ err: error }, 'could not look for changes of keys and users')));
  const tokens = new CameraTokens({ store: storage.links, key: linkKey });
  const shares = await CameraShares.open({ store: storage.shares, key: linkKey });
  closers.push(shares.watch((error) => logger.error({ err: error }, 'could not remove links that have ended')));
  const trackIds = new TrackIds(storage.trackIds, (error) =>
    logger.error({ err: error }, 'could not reserve track ids'),
  );
  const cameraOptions = (config: CameraConfig, origin: CameraOrigin): Omit<CameraOptions, 'hasFixedRegions'> => ({
    config,
    origin,
    model: () => models.current,
    device: () => models.device,
    auto: adapter.current,
    pool,
    dispatcher,
    openSource: ({ id, url, tls_pin, loop }, events, firstFrameNumber) =>
      url === undefined
        ? pushSources.open(id, events, firstFrameNumber)
        : openSource(url, { ...sourceOptions, tlsPin: tls_pin, loop, firstFrameNumber }, events),
    createTracker: () => createTracker({}, () => trackIds.next(config.id)),
    sink: metricsSink(metrics.pipeline, config.id),
    onEncode: (mode, quality) => metrics.pipeline.encode(config.id, quality, mode),
    alarmed: () => warnings.alarmed(config.id),
    lastSeen: () => warnings.memory.lastSeen(config.id),
    onAnalysed: (analysed) => redis.onAnalysed?.(config.id, analysed),
    node: () => node?.nodeOf(config.id),
    passed: node?.links,
    log: logger,
    now: nowMs,
  });
  const webhooks = await WebhookService.open({
    store: storage.webhooks,
    bus,
    allowedHosts: settings.webhooks.allowed_hosts,
    isSender: node?.isSender,
    hasRule: (id) => warnings.rules.peek(id) !== undefined,
    onSent: (isDelivered) => metrics.warnings.webhookSent(isDelivered),
    onFault: (error) => logger.error({ err: error }, 'webhooks are not delivered to at present'),
    now: Date.now,
    later,
  });
  closers.push(() => webhooks.close());
  const warnings = await Warnings.start({
    settings,
    pageSettings,
    storage,
    bus,
    cluster: node,
    ...{ calibrations: words.calibrations, lanes: words.lanes, phrases: words.phraseRules },
    pool,
    model: () => models.current,
    cameras: () => cameras,
    metrics,
    logger,
    deliveries: (event, kind) => webhooks.deliveries(event, kind),
    later,
  });
  closers.push(() => warnings.close());
  administration.phraseRules = () => warnings.rules.all().filter(({ rule }) => isPhrased(rule.trigger.subject)).length;
  pageSettings.onChange(() => warnings.settingsChanged());
  webhooks.start();
  const prober = new CameraProber(sourceOptions);
  const cameras = new CameraManager({
    store: storage.cameras,
    regions: storage.regions,
    tokens,
    bus,
    isShared: node !== undefined,
    open: async (config, origin) => {
      await trackIds.prepare(config.id);
      return cameraOptions(config, origin);
    },
    probe: (request) => prober.probe(request),
    model: () => models.current,
    checkUrl: (url) => validateSourceUrl(url, sourceOptions),
    rulesNaming: (id, names) => warnings.rules.rulesNaming(id, names),
    onObserved: (id, observed) => warnings.observe(id, observed),
    onRemoved: (id) => {
      accounts.forgetCamera(id);
      shares.forgetCamera(id);
      metrics.removeCamera(id);
    },
  });
  closers.push(() => cameras.close());

  // HTTP and WebSockets.
  const gate = new Gate({
    ...doorkeepers,
    tokens: { find: (token) => tokens.find(token) ?? shares.find(token) },
    ...{ limits, requestsPerSecond: settings.limits.requests_per_second },
  });
  const uploads = new UploadLimit();
  const sockets = new SocketRoutes({
    ...{ logger, limits: settings.limits, uploads, relay: node?.links.relay },
    onClosed: (route, reason) => metrics.socketClosed(route, reason),
  });
  const renderings = new RenderingLimit(settings.limits.renderings);
  addLiveSockets(sockets, cameras, renderings, metrics.players, nowMs, (route) => metrics.messageRefused(route));
  addPublisherSocket(sockets, {
    cameras,
    sources: pushSources,
    capacityFor: (camera) => adapter.capacityFor(camera),
    metrics: metrics.publish,
    now: nowMs,
  });
  const { host, rtmp_port: rtmpPort = 0 } = settings.server;
  const publishing = { sources: pushSources, tokens, tls, links: node?.links, limits, metrics: metrics.publish };
  const rtmp = rtmpPort === 0 ? undefined : new RtmpPublishers({ ...publishing, host, port: rtmpPort, log: logger });
  addDetectionSocket(sockets, detection, nowMs, (route) => metrics.messageRefused(route));
  const webRtc = openWebRtc({
    ...{ settings, metrics, log: logger, bus, sources: pushSources, node: node?.here },
    tcpPort: () => tcpPort.port(ownPorts[0]),
  });
  const tcpPort = new TcpPort({
    settings,
    accept: (socket) => webRtc.tcp.accept(socket),
    onRefused: () => metrics.connectionRefused(),
    log: logger,
  });
  const doors = { onIce: tcpPort.onIce, onPeer: node?.links.peers.accept };
  const descriptors = new DescriptorWatch({ log: logger });
  closers.push(() => descriptors.close());
  const app = buildHttpApp({
    logger,
    gate,
    links: node?.links,
    accounts,
    ...{ audit, oidc },
    metrics,
    cameras,
    models: administration,
    sockets,
    version: PACKAGE_VERSION,
    device: () => device,
    timezone: () => pageSettings.get('timezone'),
    certificate: () => tls?.describe(),
    prepareRestart: around.prepareRestart,
    rtmpPort: () => rtmp?.port,
    ...healthChecks({
      storage,
      descriptors,
      ...analysisHealth(pool, models, remoteHealth),
      hungThreads: () => hungCount() + words.models.hungCount,
      warnings,
      rtmp,
      ...{ tcpPort, node, redis: redis.link },
    }),
    frameAncestors: settings.server.frame_ancestors,
    plugins: [
      ...words.plugins,
      segmentRoutes({ segments: words.segments, cameras, uploads, relay: node?.links.relay }),
      shareRoutes({ cameras, shares }),
      cameraStreamRoute({ cameras, bus, now: nowMs }),
      warningRoutes({
        ...{ warnings, cameras, pageSettings, bus, relay: node?.links.relay, now: nowMs },
        calibrations: words.calibrations,
        isAway: () => node?.isAway ?? false,
      }),
      webhookRoutes(webhooks),
      nodeRoutes(node),
      discoveryRoutes(new CameraFinder({ cameras, limits: sourceOptions.limits, ...settings.discovery, log: logger })),
      liveRoutes({ cameras, bus, renderings, now: nowMs }),
      webRtcRoutes({ cameras, ...webRtc, relay: node?.links.relay }),
      mediaMtxRoutes({ gate, cameras }),
      detectionRoutes({
        service: detection,
        uploads,
        models,
        words: words.models,
        masks: words.masks,
        relay: node?.links.relay,
        now: nowMs,
      }),
      kserveRoutes({ tensors, pictures: detection, model: () => models.current, uploads, version: PACKAGE_VERSION }),
      ...administrationRoutes({
        settings: pageSettings,
        models: administration,
        ...{ around, storage, version: PACKAGE_VERSION, now: nowMs },
      }),
      authorityRoute(() => tls?.authority),
    ],
    createServer: (handler, requestTimeoutMs) =>
      tls
        ? tls.createServer((certificate) => createTlsServer(handler, { ...certificate, requestTimeoutMs, ...doors }))
        : createPlainServer(handler, { requestTimeoutMs, ...doors }),
  });
  limitConnections(app.server, settings.limits, () => metrics.connectionRefused());
  closers.push(() => app.close());
  // Of several nodes, another serves whoever connects again.
  closers.push(() => (node ? sockets.closeAll(1012, 'The node is shutting down') : sockets.closeAll()));
  closers.push(() => webRtc.close());
  closers.push(() => tcpPort.close());
  if (rtmp) closers.push(() => rtmp.close());

  const firstKey = await accounts.keys.createFirst();
  const url = await listen(app, settings.server);
  const listening = app.server.address();
  if (listening !== null && typeof listening !== 'string') ownPorts.push(listening.port);
  if (rtmp) ownPorts.push(rtmpPort);
  await openCameras(cameras, settings, await storage.cameras.list(), 'demoClip' in sourceOptions, logger);
  void words.calibrations.refresh();
  await node?.start(
    { cameras, warnings, webhooks, pageSettings, accounts, tokens, shares, bus, metrics, app, ...words },
    closers,
  );
  adapter.start();
  await rtmp?.listen();
  await tcpPort.listen();
  void remoteHealth.look(models.current);
  storage.backups.pending.confirm();
  return { url, firstKey, permissions: app.permissions, access: tls && accessOf(url, settings, tls) };
}

function accessOf(url: string, { server }: Settings, { authority, dnsNames }: ServerTls): HttpsAccess {
  const port = Number(new URL(url).port || 443);
  return describeAccess({ host: server.host, port }, machineNames(), { authority, certificateNames: dnsNames });
}
