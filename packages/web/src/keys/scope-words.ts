import type { ApiKey, ApiKeyScope } from '@lookout/protocol';

/** What each scope is for, the narrowest first. */
export const SCOPES: ReadonlyArray<{ scope: ApiKeyScope; label: string; may: string }> = [
  { scope: 'viewer', label: 'Viewer', may: 'Watches cameras; changes nothing.' },
  {
    scope: 'operator',
    label: 'Operator',
    may: 'Watches and publishes, switches cameras, changes their detection, uses the detection API.',
  },
  { scope: 'detect', label: 'Detection API', may: 'Sends frames and gets detections; sees no cameras.' },
  { scope: 'admin', label: 'Admin', may: 'Everything, keys included.' },
];

/** What a key is for, in a line. @param nameOf the name of a camera by its id */
export function describeKey({ scope, cameras }: ApiKey, nameOf: (id: string) => string): string {
  const label = SCOPES.find((each) => each.scope === scope)?.label ?? scope;
  if (cameras === undefined) return label;
  return `${label} of ${cameras.length === 0 ? 'deleted cameras' : cameras.map(nameOf).join(', ')}`;
}
