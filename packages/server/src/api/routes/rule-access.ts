import { LookoutError, type Rule } from '@lookout/protocol';
import type { RuleAccess } from '../../pipeline/rules/rule-service.js';
import { maySee, type Principal } from '../../platform/auth/principal.js';

/** Keys limited to some cameras may only have rules for those. */
export function accessOf(principal: Principal | null): RuleAccess {
  const limit = principal === null || principal.kind === 'link' ? [] : principal.cameras;
  return {
    isVisible: (id) => limit?.includes(id) ?? true,
    check: ({ cameras }) => {
      const isAllowed = limit === undefined || (cameras !== 'all' && cameras.every((id) => limit.includes(id)));
      if (isAllowed) return;
      const hint = 'Name its cameras in the rule, or use a key for all cameras.';
      throw notForLimited('This rule concerns other cameras too', hint);
    },
  };
}

/** The error when a key limited to some cameras asks for something that concerns all. */
export function notForLimited(reason: string, hint: string): LookoutError {
  return new LookoutError('forbidden', `${reason}, and this API key is limited to some`, { hint });
}

/** Whether the caller may see a rule. */
export function isVisible({ cameras }: Rule, principal: Principal | null): boolean {
  return principal !== null && (cameras === 'all' || cameras.some((id) => maySee(principal, id)));
}
