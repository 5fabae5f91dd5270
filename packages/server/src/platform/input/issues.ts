import type { z } from 'zod';

export interface FieldMessage {
  /** Dotted path, e.g. `cameras.0.url`; empty for the whole value. */
  path: string;
  /** What was expected and what was given. */
  message: string;
}

type Issue = z.core.$ZodIssue;

/**
 * Describes a schema issue field by field: `{ path: 'server.port', message: 'expected at most 65535, got 70000' }`. Unknown keys
 * give one message each. Values that may be secret (URLs, keys, long texts) are not repeated.
 * | @param input the rejected value, for the "got" part
 */
export function describeIssue(issue: Issue, input: unknown): FieldMessage[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, clip(key)].join('.'), message: 'unknown key' }));
  }
  if (issue.code === 'invalid_union') return [{ path: path.join('.'), message: describeUnion(issue, path, input) }];
  return [{ path: path.join('.'), message: `${expectation(issue)}${got(path, input)}` }];
}

function describeUnion(issue: Extract<Issue, { code: 'invalid_union' }>, path: string[], input: unknown): string {
  const choices = issue.errors.map((issues) => issues.map(expectation)[0]?.replace(/^expected /, ''));
  const known = [...new Set(choices.filter((choice) => choice !== undefined))];
  return `${known.length > 0 ? `expected ${known.join(' or ')}` : issue.message}${got(path, input)}`;
}

function expectation(issue: Issue): string {
  switch (issue.code) {
    case 'invalid_type':
      return `expected ${article(issue.expected)}`;
    case 'invalid_value':
      return `expected ${issue.values.length > 1 ? 'one of ' : ''}${issue.values.map((value) => JSON.stringify(value)).join(', ')}`;
    case 'too_small':
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unit(issue.origin)}`;
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unit(issue.origin)}`;
    case 'not_multiple_of':
      return `expected a multiple of ${issue.divisor}`;
    case 'invalid_format':
      return `expected ${issue.message}`;
    default:
      return issue.message;
  }
}

function article(type: string): string {
  const words: Record<string, string> = {
    int: 'a whole number',
    object: 'an object',
    array: 'a list',
    boolean: 'true or false',
  };
  return words[type] ?? `a ${type}`;
}

function unit(origin: string): string {
  if (origin === 'string') return ' characters';
  return origin === 'array' ? ' entries' : '';
}

function got(path: readonly string[], input: unknown): string {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return '';
    value = (value as Record<string, unknown>)[key];
  }
  if (value === undefined) return ', got nothing';
  if (Array.isArray(value)) return ', got a list';
  if (typeof value === 'object' && value !== null) return ', got an object';
  // Long texts and values under these names may contain credentials.
  if (typeof value === 'string' && /^(url|key|password|(\w+_)?token)$/.test(path.at(-1) ?? '')) return '';
  return `, got ${clip(JSON.stringify(value))}`;
}

function clip(text: string): string {
  return text.length > 80 ? `${text.slice(0, 77)}…` : text;
}
