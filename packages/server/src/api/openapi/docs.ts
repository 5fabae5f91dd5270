import fastifySwagger from '@fastify/swagger';
import type { FastifySwaggerUiOptions } from '@fastify/swagger-ui';
import fastifySwaggerUi from '@fastify/swagger-ui';
import * as protocol from '@lookout/protocol';
import type { FastifyInstance, FastifyRequest, RouteOptions } from 'fastify';
import fastifyPlugin from 'fastify-plugin';
import { createJsonSchemaTransform, createJsonSchemaTransformObject } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { scopesWith } from '../../platform/auth/principal.js';
import { proxyPrefix } from '../http/proxy-prefix.js';
import { placeBodies } from './described-bodies.js';
import { withMessages } from './described-messages.js';
import { nameOperations } from './described-operations.js';

/** Schemas of the protocol with a name in the description; others are inlined. */
const NAMES = [
  'ApiKey',
  'Camera',
  'CameraActivity',
  'CameraDetailStats',
  'CameraLinkInfo',
  'CameraPatch',
  'CameraRemoval',
  'CameraStats',
  'CameraTokens',
  'CreatedApiKey',
  'CreatedRules',
  'CreatedSession',
  'DetectInferRequest',
  'Detection',
  'DetectionClientMessage',
  'DetectionHealth',
  'DetectionResult',
  'DetectionServerMessage',
  'DetectionsEvent',
  'DetectionTotals',
  'EventsPage',
  'FrameAccepted',
  'FrameUpload',
  'Health',
  'ImageDetections',
  'ImageUpload',
  'InferResponse',
  'Interpretation',
  'KServeProblem',
  'CatalogueModel',
  'Certificate',
  'LogLine',
  'Model',
  'ModelMetadata',
  'ModelServer',
  'ModelSpeed',
  'MseClientMessage',
  'MseServerMessage',
  'NewApiKey',
  'NewCamera',
  'NewRule',
  'ProbeRequest',
  'ProbeResult',
  'Problem',
  'PromptedDetection',
  'PublisherMessage',
  'PublisherServerMessage',
  'Rule',
  'RuleEvent',
  'RulePatch',
  'RestorePlan',
  'RuleTestRequest',
  'RuleTestResult',
  'Session',
  'Setting',
  'SettingsPatch',
  'SessionConfig',
  'SessionStats',
  'SignIn',
  'SignInCode',
  'SocketError',
  'StoredCounts',
  'StoredRule',
  'StreamServerMessage',
  'Suppression',
  'SystemInfo',
  'UnreadRule',
  'UpdateState',
  'VerdictOutcome',
  'Version',
  'ViewerMessage',
  'ViewerServerMessage',
  'VisionDetections',
  'VisionModels',
  'VisionPing',
  'VisionProblem',
] as const satisfies (keyof typeof protocol)[];

// biome-ignore lint/performance/noDynamicNamespaceImportAccess: nothing bundles the server.
const NAMED: Readonly<Record<string, z.ZodType>> = Object.fromEntries(NAMES.map((name) => [name, protocol[name]]));

const DESCRIPTION = `Any camera in; annotated live video, detections and tracks out.

Every refusal is a problem document (RFC 9457, \`application/problem+json\`). Times are Unix epoch milliseconds; boxes are
\`[x1, y1, x2, y2]\` in pixels of their frame. WebSocket endpoints are listed under their tag: open them with \`ws://\`; what
can be refused is refused by HTTP before the upgrade.`;

const CONFIG = { permission: 'signed-in' } as const;

/**
 * `/openapi.json` and `/docs`, generated from the schemas that validate requests. Registered on the root app, to see every route.
 */
export const docsPlugin = fastifyPlugin(async (app: FastifyInstance, { version }: { version: string }) => {
  const schemaRegistry = z.registry<{ id?: string }>();
  for (const [id, schema] of Object.entries(NAMED)) schemaRegistry.add(schema, { id });
  const options = { schemaRegistry, zodToJsonConfig: { override: describe } };
  const addSchemas = createJsonSchemaTransformObject(options);
  await app.register(fastifySwagger, {
    openapi: {
      openapi: '3.1.0',
      info: { title: 'Lookout', version, description: DESCRIPTION },
      components: { securitySchemes: { apiKey: { type: 'http', scheme: 'bearer', description: 'An API key, lk_…' } } },
      security: [{ apiKey: [] }],
    },
    transform: withScopes(withMessages(createJsonSchemaTransform(options), NAMED)),
    transformObject: (document) => nameOperations(placeBodies(withoutUnused(addSchemas(document)))),
  });
  // Shows the extension with WebSocket messages.
  await app.register(async (docs) => {
    docs.addHook('onRoute', (route) => {
      route.config = { ...route.config, ...CONFIG };
    });
    // The page's relative addresses only work with a trailing slash.
    docs.addHook('onRequest', async ({ url, headers }, reply) => {
      const prefix = proxyPrefix(headers);
      if (url === '/docs' && prefix !== '') return reply.redirect(`${prefix}/docs/`);
    });
    await docs.register(fastifySwaggerUi, {
      ...DOCS_LOOK,
      routePrefix: '/docs',
      // Of more than a hundred calls at once the page shows none but the first.
      uiConfig: { showExtensions: true, docExpansion: 'none' },
      transformSpecification: (document, request) => withServer(document, request),
    });
  });
  app.get('/openapi.json', { config: CONFIG, schema: { hide: true } }, async (request) =>
    withServer(app.swagger(), request),
  );
});

/** The description with the address at which it was requested. */
function withServer<T extends object>(document: T, { headers }: Pick<FastifyRequest, 'headers'>): T {
  return { ...document, servers: [{ url: proxyPrefix(headers) || '/' }] };
}

/** Adds the scopes that each operation accepts; none for public ones. */
function withScopes<Document extends { schema: object; route: RouteOptions }>(
  transform: (document: Document) => { schema: object; url: string },
): (document: Document) => { schema: object; url: string } {
  return (document) => {
    const { schema, url } = transform(document);
    const permission = document.route.config?.permission ?? 'public';
    const access = permission === 'public' ? { security: [] } : { 'x-scopes': scopesWith(permission) };
    return { schema: { ...schema, ...access }, url };
  };
}

/** Schema metadata is in zod's global registry, which the registry of names does not read. */
function describe({ zodSchema, jsonSchema }: { zodSchema: z.core.$ZodType; jsonSchema: JsonSchema }): void {
  const { id: _, ...said } = z.globalRegistry.get(zodSchema) ?? {};
  Object.assign(jsonSchema, said);
  if (jsonSchema.prefixItems) describeTuple(jsonSchema, jsonSchema.prefixItems);
}

interface JsonSchema {
  prefixItems?: (object | boolean)[];
  items?: unknown;
  minItems?: number;
  maxItems?: number;
}

/** Client generators fail on `items: false`, and most do not support `prefixItems`. */
function describeTuple(schema: JsonSchema, parts: readonly (object | boolean)[]): void {
  const kinds = new Map(parts.map((part) => [JSON.stringify(part), part]));
  const [first, ...others] = kinds.values();
  schema.items = others.length === 0 ? first : { anyOf: [first, ...others] };
  schema.minItems = parts.length;
  schema.maxItems = parts.length;
  delete schema.prefixItems;
}

/** Each named schema has an input and an output form. Removes those that are not referenced. */
function withoutUnused<T extends object>(document: T & { components?: { schemas?: object } }): T {
  const schemas: Record<string, unknown> = { ...document.components?.schemas };
  for (;;) {
    const text = JSON.stringify({ ...document, components: { ...document.components, schemas } });
    const unused = Object.keys(schemas).filter((name) => !text.includes(`"#/components/schemas/${name}"`));
    if (unused.length === 0) return { ...document, components: { ...document.components, schemas } };
    for (const name of unused) delete schemas[name];
  }
}

/** The mark of the pages' `favicon.svg`, in one colour. */
const mark = (colour: string) =>
  `<path d="M4 13V8a4 4 0 0 1 4-4h5M28 19v5a4 4 0 0 1-4 4h-5" fill="none" stroke="${colour}" stroke-width="3.5" stroke-linecap="round"/><circle cx="16" cy="16" r="6" fill="${colour}"/>`;

const svg = (width: number, drawing: string) =>
  Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} 32">${drawing}</svg>`);

const STYLE = `
.swagger-ui .topbar .topbar-wrapper { flex-direction: row; justify-content: space-between; }
.swagger-ui .topbar .download-url-wrapper { display: none; }
`;

/** Swagger UI's page has no viewport, so phones would lay it out for a desktop. */
const VIEWPORT = `document.head.append(Object.assign(document.createElement('meta'), { name: 'viewport', content: 'width=device-width' }));`;

/** Swagger UI with Lookout's name, and without the field for other descriptions' addresses. */
export const DOCS_LOOK = {
  logo: {
    type: 'image/svg+xml',
    content: svg(
      136,
      `${mark('#fff')}<text x="44" y="23" fill="#fff" font-family="system-ui, sans-serif" font-size="20" font-weight="700">Lookout</text>`,
    ),
  },
  theme: {
    title: 'Lookout API',
    css: [{ filename: 'lookout.css', content: STYLE }],
    js: [{ filename: 'viewport.js', content: VIEWPORT }],
    favicon: [
      { filename: 'favicon.svg', rel: 'icon', sizes: 'any', type: 'image/svg+xml', content: svg(32, mark('#2b45b8')) },
    ],
  },
} satisfies FastifySwaggerUiOptions;
