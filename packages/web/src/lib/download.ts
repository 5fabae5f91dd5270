const DOWNLOAD_STARTS_MS = 10_000;

/** Saves a file of the page. @param name what it shows; the time is added to it @param extension without the dot */
export function download(blob: Blob, name: string, extension: string): void {
  const url = URL.createObjectURL(blob);
  const link = document.createElement('a');
  link.href = url;
  link.download = fileName(name, extension);
  link.click();
  // By then the download has started and holds its own reference.
  setTimeout(() => URL.revokeObjectURL(url), DOWNLOAD_STARTS_MS);
}

/** `front-door-2026-05-04T12-30-00-000Z.jpg` */
export function fileName(name: string, extension: string, at = new Date()): string {
  const words = name.replace(/[^\p{L}\p{N}]+/gu, '-').toLowerCase();
  return `${words}-${at.toISOString().replace(/[:.]/g, '-')}.${extension}`;
}
