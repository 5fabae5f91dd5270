/** Where the areas and lines of a camera are drawn. @param name of a new one that a sentence asks for */
export function areasPath(cameraId: string, kind: 'zone' | 'line' = 'zone', name?: string): string {
  const query = new URLSearchParams();
  if (kind === 'line') query.set('kind', kind);
  if (name !== undefined) query.set('name', name.replace(/^(?:the|a|an|my|our)\s+/i, ''));
  const text = query.toString();
  return `/cameras/${encodeURIComponent(cameraId)}/areas${text && `?${text}`}`;
}
