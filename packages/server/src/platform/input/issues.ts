import type { z } from 'zod';

export interface FieldMessage {
  /** Dotted path, e.g. `cameras.0.url`; empty for the whole value. */
  path: string;
  /** What was expected and what was given. */
  message: string;
}

type Issue = z.core.$ZodIssue;

/** Value at a path that the input does not have. */
const NOWHERE = Symbol('nowhere');

/**
 * Describes a schema issue field by field: `{ path: 'server.port', message: 'expected at most 65535, got 70000' }`. Unknown keys
 * give one message each. Values that may be secret (URLs, keys, long texts) are not repeated.
 * @param input the rejected value, for the "got" part
 */
export function describeIssue(issue: Issue, input: unknown): FieldMessage[] {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: [...path, clip(key)].join('.'), message: 'unknown key' }));
  }
  if (issue.code === 'invalid_union') {
    const meant = meantChoice(issue, valueAt(path, input));
    if (meant)
      return meant.flatMap((inner) => describeIssue({ ...inner, path: [...issue.path, ...inner.path] }, input));
    return [{ path: path.join('.'), message: describeUnion(issue, path, input) }];
  }
  return [{ path: path.join('.'), message: `${expectation(issue)}${got(path, input)}` }];
}

/** The issues of the only choice that has the shape of what was given: its own keys and no others, with something wrong inside. */
function meantChoice({ errors }: Extract<Issue, { code: 'invalid_union' }>, value: unknown): Issue[] | undefined {
  if (typeof value !== 'object' || value === null) return undefined;
  const isShape = ({ path: [key, ...inside] }: Issue) =>
    key === undefined || (inside.length === 0 && (value as Record<PropertyKey, unknown>)[key] === undefined);
  const meant = errors.filter((issues) => issues.length > 0 && !issues.some(isShape));
  return meant.length === 1 ? meant[0] : undefined;
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
      return `expected ${issue.inclusive === false ? 'more than' : 'at least'} ${issue.minimum}${unit(issue.origin, issue.minimum)}`;
    case 'too_big':
      return `expected ${issue.inclusive === false ? 'less than' : 'at most'} ${issue.maximum}${unit(issue.origin, issue.maximum)}`;
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

function unit(origin: string, count: number | bigint): string {
  const one = { string: ' character', array: ' entry' }[origin];
  const many = { string: ' characters', array: ' entries' }[origin];
  return (Number(count) === 1 ? one : many) ?? '';
}

function valueAt(path: readonly string[], input: unknown): unknown {
  let value = input;
  for (const key of path) {
    if (typeof value !== 'object' || value === null) return NOWHERE;
    value = (value as Record<string, unknown>)[key];
  }
  return value;
}

function got(path: readonly string[], input: unknown): string {
  const value = valueAt(path, input);
  if (value === NOWHERE) return '';
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
