/** Why there are no passkeys on this page: its address is no name, it is not secure, or the browser has none. */
export type PasskeyObstacle = 'address' | 'https' | 'browser';

interface PageFacts {
  readonly hostname: string;
  readonly isSecure: boolean;
  readonly hasApi: boolean;
}

/** @returns undefined if there are passkeys */
export function passkeyObstacle({ hostname, isSecure, hasApi }: PageFacts = factsHere()): PasskeyObstacle | undefined {
  if (/^[\d.]+$|^\[/.test(hostname)) return 'address';
  if (!isSecure) return 'https';
  return hasApi ? undefined : 'browser';
}

function factsHere(): PageFacts {
  const { isSecureContext: isSecure, location } = window;
  return { hostname: location.hostname, isSecure, hasApi: 'PublicKeyCredential' in window };
}

/** Whether the person closed the browser's dialog, or it waited too long: no error to show. */
export function wasDeclined(error: unknown): boolean {
  return error instanceof Error && (error.name === 'NotAllowedError' || error.name === 'AbortError');
}
