import { readdir } from 'node:fs/promises';

/** Files by which Linux shows what inference could run on: graphics cards of any kind, NVIDIA's, those of Windows under WSL. */
const DEVICE_NODES: ReadonlyArray<{ directory: string; pattern: RegExp }> = [
  { directory: '/dev/dri', pattern: /^renderD\d+$/ },
  { directory: '/dev', pattern: /^(nvidia\d+|dxg)$/ },
];

/** @returns paths of devices on Linux; elsewhere the system's name, as there is always something to ask. */
export async function graphicsDevices(): Promise<string[]> {
  if (process.platform !== 'linux') return [process.platform];
  const found = await Promise.all(
    DEVICE_NODES.map(async ({ directory, pattern }) => {
      const names = await readdir(directory).catch(() => []);
      return names.filter((name) => pattern.test(name)).map((name) => `${directory}/${name}`);
    }),
  );
  return found.flat().sort();
}

/**
 * What `auto` tries, the likeliest first. Not TensorRT, which takes minutes to prepare a model.
 * @param devices as `graphicsDevices` gives them
 */
export function candidatesFor(devices: readonly string[], platform: NodeJS.Platform = process.platform): string[] {
  if (devices.length === 0) return [];
  if (platform === 'darwin') return ['coreml', 'webgpu'];
  if (platform === 'win32') return ['dml', 'webgpu'];
  return devices.some((path) => path.startsWith('/dev/nvidia')) ? ['cuda', 'webgpu'] : ['webgpu'];
}
