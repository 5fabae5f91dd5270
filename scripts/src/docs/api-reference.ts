import type { Content, OpenApi, Operation, Parameter, Schema } from './openapi.js';
import { anchor, fieldsOf, link, nameOf, typeWords } from './schema-words.js';

const HEAD = `# API reference

Every call, WebSocket and message of the server, generated from its \`/openapi.json\` by \`npm run docs\`: do not edit it here.
[Endpoints and messages](endpoints.md) explains how the parts work together, and [the table of errors](errors.md) what the codes mean.

Any call can answer 401 (not signed in), 403 (from another site's page) or 429 (over a limit); these are not repeated below. Every refusal is
a ${link('Problem')}, as \`application/problem+json\`.`;

const TITLES: Readonly<Record<string, string>> = {
  system: 'System',
  settings: 'Settings',
  backup: 'Backup and restore',
  session: 'Sign-in',
  keys: 'API keys',
  cameras: 'Cameras',
  live: 'Live pictures and detections',
  detection: 'Detection API',
  models: 'Models',
  kserve: 'KServe v2',
  websocket: 'WebSockets',
};

interface Call {
  readonly method: string;
  readonly path: string;
  readonly operation: Operation;
}

/** The reference as Markdown. @param api the answer of `/openapi.json` @returns the same text for the same description */
export function apiReference(api: OpenApi): string {
  const calls = Object.entries(api.paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({ method: method.toUpperCase(), path, operation })),
  );
  const tags = [...new Set(calls.map(tagOf))];
  const sections = tags.map((tag) =>
    callSection(
      tag,
      calls.filter((call) => tagOf(call) === tag),
    ),
  );
  const schemas = Object.entries(api.components.schemas).sort(([a], [b]) => (a < b ? -1 : 1));
  const contents = [...tags.map(titleOf), 'Schemas'].map((title) => `- [${title}](#${anchor(title)})`).join('\n');
  const named = schemas.map(([name, schema]) => schemaSection(name, schema));
  return `${[HEAD, contents, ...sections, '## Schemas', ...named].join('\n\n')}\n`;
}

function tagOf({ operation }: Call): string {
  return operation.tags?.[0] ?? 'other';
}

function titleOf(tag: string): string {
  return TITLES[tag] ?? tag;
}

function callSection(tag: string, calls: readonly Call[]): string {
  return [`## ${titleOf(tag)}`, ...calls.map(callText)].join('\n\n');
}

function callText({ method, path, operation }: Call): string {
  const { summary = '', description, parameters = [], requestBody, responses = {} } = operation;
  const isSocket = responses['101'] !== undefined;
  const parts = [`### ${isSocket ? 'WS' : method} ${path.replace(/\{(\w+)\}/g, ':$1')}`, `${summary}.`];
  if (description) parts.push(isSocket ? description.replace(/^WebSocket\.\s*/, '') : description);
  parts.push(keysText(operation));
  if (parameters.length > 0) parts.push(parameterTable(parameters));
  if (requestBody?.content) parts.push(bodyText(requestBody.content));
  parts.push(isSocket ? messagesText(operation) : answersText(responses));
  return parts.filter((part) => part !== '').join('\n\n');
}

function keysText({ 'x-scopes': scopes }: Operation): string {
  if (scopes === undefined) return 'Needs no key.';
  return `Keys: ${scopes.map((scope) => `\`${scope}\``).join(', ')}.`;
}

function parameterTable(parameters: readonly Parameter[]): string {
  return table(
    ['parameter', 'in', 'value', ''],
    parameters.map(({ name, in: place, required, schema = {}, description }) => [
      `\`${name}\``,
      place,
      typeWords(schema),
      notes({
        description: description ?? schema.description,
        fallback: schema.default,
        required: required && place !== 'path',
      }),
    ]),
  );
}

function bodyText(content: Content): string {
  return Object.entries(content)
    .map(([type, { schema = {} }]) => {
      const reference = schema.$ref === undefined ? undefined : link(nameOf(schema.$ref));
      if (reference) return `Body, \`${type}\`: ${reference}`;
      const objects = (schema.anyOf ?? [schema]).filter(({ properties }) => properties);
      const fields = objects.map(fieldTable).join('\n\n');
      return `Body, \`${type}\`: ${fields === '' ? typeWords(schema) : `\n\n${fields}`}`;
    })
    .join('\n\n');
}

function messagesText({ 'x-messages': messages = {} }: Operation): string {
  const of = (schema: Schema | undefined) => (schema?.$ref ? link(nameOf(schema.$ref)) : 'none');
  return `Text messages from the client: ${of(messages.client)}; from the server: ${of(messages.server)}.`;
}

/** The answers: those with a body, and the statuses of refusals on one line. */
function answersText(responses: NonNullable<Operation['responses']>): string {
  const lines: string[] = [];
  const refusals: string[] = [];
  for (const [status, { description = '', content = {} }] of Object.entries(responses)) {
    if (Number(status) >= 400) {
      refusals.push(status);
      continue;
    }
    const words = description === 'Default Response' || description === '' ? '' : ` (${description})`;
    const values = Object.entries(content).map(([type, { schema = {} }]) => {
      const value = typeWords(schema);
      return type === 'application/json' ? value : `\`${type}\`${of(value)}`;
    });
    lines.push(`- ${status}: ${values.length > 0 ? values.join(', or ') : 'nothing'}${words}`);
    for (const { schema } of Object.values(content)) if (schema?.properties) lines.push('', fieldTable(schema), '');
  }
  if (refusals.length > 0) lines.push(`- errors: ${refusals.join(', ')}`);
  return `Answers:\n\n${lines.join('\n').trim()}`;
}

/** Bytes need no word. */
function of(value: string): string {
  return value === 'text' || value === '' ? '' : ` of ${value}`;
}

function schemaSection(name: string, schema: Schema): string {
  const parts = [`### ${name}`];
  if (schema.description) parts.push(`${schema.description}.`);
  const variants = schema.anyOf ?? schema.oneOf;
  if (variants) parts.push(...variants.map(variantText));
  else parts.push(schema.properties ? fieldTable(schema) : `${typeWords(schema)}.`);
  return parts.join('\n\n');
}

/** One variant of a union, identified by the field that distinguishes it. */
function variantText(schema: Schema): string {
  if (schema.$ref !== undefined) return `or ${link(nameOf(schema.$ref))}`;
  const [key, field] =
    Object.entries(schema.properties ?? {}).find(([, { const: value }]) => value !== undefined) ?? [];
  const title = key === undefined ? '' : `**\`${key}: ${JSON.stringify(field?.const)}\`**`;
  const note = schema.description ? ` ${schema.description}` : '';
  return [`${title}${note}`, schema.properties ? fieldTable(schema) : typeWords(schema)].filter(Boolean).join('\n\n');
}

function fieldTable(schema: Schema): string {
  return table(
    ['field', 'value', ''],
    fieldsOf(schema).map(({ path, schema: field, required }) => [
      `\`${path}\``,
      typeWords(field),
      notes({ description: field.description, fallback: field.default, optional: !required }),
    ]),
  );
}

interface Notes {
  description?: string | undefined;
  fallback?: unknown;
  required?: boolean | undefined;
  optional?: boolean;
}

function notes({ description, fallback, required, optional }: Notes): string {
  const parts = description ? [description] : [];
  // The defaults of an object's fields already describe its default.
  if (fallback !== undefined && typeof fallback !== 'object') parts.push(`default \`${fallback}\``);
  else if (optional) parts.push('optional');
  if (required) parts.push('required');
  return parts.join('; ');
}

function table(head: readonly string[], rows: ReadonlyArray<readonly string[]>): string {
  const cell = (text: string) => text.replace(/\s+/g, ' ').replaceAll('|', '\\|');
  const line = (cells: readonly string[]) => `| ${cells.map(cell).join(' | ')} |`;
  return [line(head), `|${'---|'.repeat(head.length)}`, ...rows.map(line)].join('\n');
}
