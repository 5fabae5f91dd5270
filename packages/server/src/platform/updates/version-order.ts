/** Whether a version comes after another: by its numbers, and a release after its pre-releases (https://semver.org). */
export function isNewer(version: string, than: string): boolean {
  const [a, b] = [partsOf(version), partsOf(than)];
  if (!a || !b) return false;
  for (const i of [0, 1, 2] as const) {
    if (a.numbers[i] !== b.numbers[i]) return a.numbers[i]! > b.numbers[i]!;
  }
  return !a.isPreRelease && b.isPreRelease;
}

function partsOf(version: string): { numbers: number[]; isPreRelease: boolean } | undefined {
  const found = /^v?(\d{1,9})\.(\d{1,9})\.(\d{1,9})(-[\w.-]+)?(\+[\w.-]+)?$/.exec(version.trim());
  if (!found) return undefined;
  return { numbers: found.slice(1, 4).map(Number), isPreRelease: found[4] !== undefined };
}
