/**
 * The `boundary` parameter of a multipart Content-Type, without quotes and leading dashes; `undefined` when there is none.
 *
 * Cameras write it quoted and bare, with the two dashes of the delimiter already in it, or ending in dashes.
 * @example announcedBoundary('multipart/x-mixed-replace; boundary="--myboundary"') // 'myboundary'
 */
export function announcedBoundary(contentType: string): string | undefined {
  const match = /;\s*boundary\s*=\s*(?:"([^"]*)"?|([^;]*))/i.exec(contentType);
  const value = withoutLeadingDashes((match?.[1] ?? match?.[2] ?? '').trim());
  return value === '' ? undefined : value;
}

/** A delimiter line without its leading dashes; `undefined` for a line that cannot be one. */
export function delimiterName(line: string): string | undefined {
  if (!line.startsWith('--')) return undefined;
  const name = withoutLeadingDashes(line.trimEnd());
  return isPrintable(name) ? name : undefined;
}

function withoutLeadingDashes(value: string): string {
  return value.replace(/^-+/, '');
}

function isPrintable(value: string): boolean {
  return /^[\x20-\x7e]{1,200}$/.test(value);
}
