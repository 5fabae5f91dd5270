import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { root } from '../paths.js';
import { apiReference } from './api-reference.js';
import { describeRunningApi } from './running-api.js';
import { fieldsOf, typeWords } from './schema-words.js';

it('docs/reference/api.md is what the server says of itself', { timeout: 120_000 }, async () => {
  const made = apiReference(await describeRunningApi());
  // A difference of a thousand lines says less than what to do about it.
  const kept = readFileSync(join(root, 'docs/reference/api.md'), 'utf8').split('\n');
  const firstDifference = made.split('\n').find((line, index) => line !== kept[index]);
  expect(firstDifference, 'docs/reference/api.md is out of date: run npm run docs').toBeUndefined();
  expect(kept.join('\n')).toBe(made);
});

describe('the reference', () => {
  const text = apiReference({
    paths: {
      '/api/things/{id}': {
        patch: {
          tags: ['things'],
          summary: 'Change a thing',
          parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string', maxLength: 9 } }],
          requestBody: { content: { 'application/json': { schema: { $ref: '#/components/schemas/Thing' } } } },
          responses: { 200: { content: { 'application/json': { schema: { type: 'boolean' } } } }, 404: {}, 409: {} },
        },
      },
      '/ws/{token}': {
        get: {
          tags: ['websocket'],
          summary: 'Watch',
          description: 'WebSocket. Newest first.',
          responses: { 101: {} },
          'x-messages': { server: { $ref: '#/components/schemas/Message' } },
        },
      },
    },
    components: {
      schemas: {
        Thing: {
          type: 'object',
          properties: {
            size: { type: 'integer', minimum: 1, maximum: 3, default: 2 },
            a: { type: 'string', description: 'x | y' },
          },
          required: ['size'],
        },
        Message: {
          oneOf: [
            { type: 'object', properties: { type: { const: 'ping' } }, required: ['type'], description: 'Hello' },
          ],
        },
      },
    },
  });

  it('tells of a call: parameters, body, answers, refusals', () => {
    expect(text).toContain('## things\n\n### PATCH /api/things/:id\n\nChange a thing.');
    expect(text).toContain('| `id` | path | text of at most 9 characters |  |');
    expect(text).toContain('Body, `application/json`: [Thing](#thing)');
    expect(text).toContain('- 200: `true` or `false`\n- errors: 404, 409');
  });

  it('tells of a WebSocket and its messages', () => {
    expect(text).toContain('### WS /ws/:token\n\nWatch.\n\nNewest first.');
    expect(text).toContain('from the client: none; from the server: [Message](#message).');
    expect(text).toContain('**`type: "ping"`** Hello');
  });

  it('has a table of the fields of each schema', () => {
    expect(text).toContain('| `size` | whole number, 1 to 3 | default `2` |');
    expect(text).toContain('| `a` | text | x \\| y; optional |');
  });
});

describe('types in words', () => {
  it.each([
    [{ type: 'number' }, 'number'],
    [{ type: 'integer', minimum: -Number.MAX_SAFE_INTEGER, maximum: Number.MAX_SAFE_INTEGER }, 'whole number'],
    [{ type: 'number', minimum: 0 }, 'number, at least 0'],
    [{ type: 'number', maximum: 9 }, 'number, at most 9'],
    [{ type: 'integer', minimum: 320, maximum: 640, multipleOf: 32 }, 'whole number, 320 to 640 in steps of 32'],
    [{ type: ['number', 'null'] }, 'number or `null`'],
    [{ enum: ['a', 1] }, '`a`, `1`'],
    [{ anyOf: [{ const: 'auto' }, { type: 'number' }] }, '`auto` or number'],
    [
      { type: 'array', items: { $ref: '#/components/schemas/Camera' }, maxItems: 4 },
      'list of [Camera](#camera), at most 4',
    ],
    [{ type: 'array', prefixItems: [{ type: 'number' }, { type: 'string' }] }, '[number, text]'],
    [{ type: 'object', additionalProperties: { type: 'string' } }, 'object of text'],
    [{}, 'anything'],
  ])('%j: %s', (schema, words) => {
    expect(typeWords(schema)).toBe(words);
  });

  it('goes into objects and lists of them', () => {
    const schema = {
      properties: {
        a: { properties: { b: { type: 'number' } }, required: ['b'] },
        list: { type: 'array', items: { properties: { c: { type: 'string' } } } },
      },
    };
    expect(fieldsOf(schema).map(({ path, required }) => `${path} ${required}`)).toEqual([
      'a false',
      'a.b true',
      'list false',
      'list[].c false',
    ]);
  });
});
