import decodeQr from 'qr/decode.js';

/** What a code is good for: a key, or the path that signs this device in. */
export type Scanned = { key: string } | { path: string };

/**
 * @param text of a QR code
 * @param basePath of this server's pages, without a slash at the end
 * @returns undefined if it has nothing to do with signing in
 */
export function readScanned(text: string, basePath: string): Scanned | undefined {
  const said = text.trim();
  if (/^lk_[\w-]{20,250}$/.test(said)) return { key: said };
  if (!URL.canParse(said)) return undefined;
  // Whichever of the server's addresses it names, the code is for the server: this page stays at its own.
  const { protocol, pathname } = new URL(said);
  const code = /\/join\/([\w-]{10,250})$/.exec(pathname)?.[1];
  return /^https?:$/.test(protocol) && code !== undefined ? { path: `${basePath}/join/${code}` } : undefined;
}

export interface Picture {
  width: number;
  height: number;
  /** RGBA. */
  data: Uint8ClampedArray;
}

/** The text of the QR code in a picture; undefined: there is none, or it can't be read. */
export function decodePicture(picture: Picture): string | undefined {
  try {
    return decodeQr(picture);
  } catch {
    // The library throws where it finds no code, as in most pictures.
    return undefined;
  }
}
