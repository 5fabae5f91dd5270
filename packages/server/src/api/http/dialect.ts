import type { Problem } from '@lookout/protocol';

/**
 * What clients of other products' APIs look for in a refusal, beside the fields of the problem document: those of DeepStack and
 * CodeProject.AI under `/v1`, of the KServe protocol under `/v2`.
 */
export function dialectFields(path: string, { detail }: Pick<Problem, 'detail'>): object {
  if (/^\/v1(\/|$)/.test(path)) return { success: false, error: detail };
  if (/^\/v2(\/|$)/.test(path)) return { error: detail };
  return {};
}
