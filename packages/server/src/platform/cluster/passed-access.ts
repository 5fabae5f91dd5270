import type { Access } from '../auth/gate.js';
import type { Principal } from '../auth/principal.js';
import { TokenGrant } from '../auth/token-grant.js';

/** Carries the caller of a request that one node passes on to another. Believed on links between nodes only. */
export const ACCESS_HEADER = 'lookout-access';

/** The header's value for a caller who was admitted here. */
export function passAccess({ principal, cameraId }: Access): string {
  return Buffer.from(JSON.stringify({ principal: principal && plain(principal), cameraId })).toString('base64url');
}

/** The caller that another node has admitted; undefined if the value says nothing. Revocation is up to that node, which ends the request. */
export function passedAccess(value: string): Access | undefined {
  try {
    const { principal, cameraId } = JSON.parse(Buffer.from(value, 'base64url').toString()) as {
      principal: ReturnType<typeof plain> | null;
      cameraId?: string;
    };
    return { principal: principal && held(principal), cameraId };
  } catch {
    return undefined;
  }
}

function plain(principal: Principal) {
  if (principal.kind !== 'link') {
    const { hold: _, ...rest } = principal;
    return rest;
  }
  const { kind, name, scope, grant } = principal;
  return { kind, name, scope, grant: { cameraId: grant.cameraId, kind: grant.kind } };
}

function held(passed: ReturnType<typeof plain>): Principal {
  const hold = () => () => undefined;
  if (passed.kind !== 'link') return { ...passed, hold };
  return { ...passed, grant: new TokenGrant(passed.grant.cameraId, passed.grant.kind, ''), hold };
}
