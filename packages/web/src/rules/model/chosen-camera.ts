import type { Camera, Interpretation, Rule } from '@lookout/protocol';

/**
 * What a sentence says on the page of a camera: an area that several cameras have is that camera's own, unless the sentence says which
 * cameras.
 * @returns the same interpretation if that changes nothing
 */
export function ownAreas<T extends Interpretation>(
  interpretation: T,
  cameraId: string | undefined,
  cameras: readonly Camera[],
): T {
  if (interpretation.status !== 'ok' || cameraId === undefined) return interpretation;
  const { spans } = interpretation;
  const saysWhichCameras = (index: number) =>
    spans.some(({ key, rule = index }) => key === 'cameras' && rule === index);
  const isShared = (area: string) => {
    const having = cameras.filter((camera) => areasOf(camera).includes(area));
    return having.length > 1 && having.some(({ id }) => id === cameraId);
  };
  const rules = interpretation.rules.map((rule, index): Rule => {
    const area = areaOf(rule);
    const isOwn = rule.cameras === 'all' && area !== undefined && !saysWhichCameras(index) && isShared(area);
    return isOwn ? { ...rule, cameras: [cameraId] } : rule;
  });
  return rules.every((rule, index) => rule === interpretation.rules[index])
    ? interpretation
    : { ...interpretation, rules };
}

function areasOf({ zones, lines }: Camera): string[] {
  return [...zones, ...lines].map(({ name }) => name);
}

function areaOf({ trigger }: Rule): string | undefined {
  const { zone, line } = trigger as { zone?: string; line?: string };
  return zone ?? line;
}
