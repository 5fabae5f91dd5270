import { LookoutError } from '@lookout/protocol/core';

/** Browsers gather a dozen. */
const MAX_CANDIDATES = 64;
const MAX_LINE_LENGTH = 512;

/**
 * The candidates in a fragment of trickle ICE (RFC 8840 §9), as in `RTCIceCandidate.candidate`.
 * @throws LookoutError `bad_request`
 */
export function readTrickled(fragment: string): string[] {
  const lines = fragment.split(/\r?\n/).filter((line) => line !== '');
  if (lines.some((line) => !/^[a-z]=/.test(line) || line.length > MAX_LINE_LENGTH))
    throw new LookoutError('bad_request', 'The body is not a fragment of a session description');
  const candidates = lines.filter((line) => line.startsWith('a=candidate:')).map((line) => line.slice(2));
  if (candidates.length > MAX_CANDIDATES)
    throw new LookoutError('bad_request', `More than ${MAX_CANDIDATES} ICE candidates in one request`);
  return candidates;
}
