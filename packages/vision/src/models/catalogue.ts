/** A model that can be fetched by name. */
export interface CatalogueEntry {
  name: string;
  description: string;
  url: string;
  bytes: number;
  /** Checksum of the file at `url`, in hex. */
  sha256: string;
  licence: string;
  input: string;
}

const YOLOX_RELEASE = 'https://github.com/Megvii-BaseDetection/YOLOX/releases/download/0.1.1rc0';

/**
 * Models with permissive licences at their authors' own addresses. Sizes and checksums are those of the release files, as pinned
 * by several independent projects.
 */
export const CATALOGUE: readonly CatalogueEntry[] = [
  {
    name: 'yolox-nano',
    description: 'As quick as the built-in model, for a small computer; finds 80 kinds of objects',
    url: `${YOLOX_RELEASE}/yolox_nano.onnx`,
    bytes: 3_659_407,
    sha256: 'c789161ed43c8269fcd4e67c67eeeb4e80c622da2eb296a20bc6007bd18a0b7d',
    licence: 'Apache-2.0',
    input: '416×416',
  },
  {
    name: 'yolox-tiny',
    description: 'More exact, for one or two cameras on each processor core; finds 80 kinds of objects',
    url: `${YOLOX_RELEASE}/yolox_tiny.onnx`,
    bytes: 20_219_662,
    sha256: '427cc366d34e27ff7a03e2899b5e3671425c262ea2291f88bb942bc1cc70b0f7',
    licence: 'Apache-2.0',
    input: '416×416',
  },
  {
    name: 'yolox-s',
    description: 'The most exact, for a graphics card or few pictures a second; finds 80 kinds of objects',
    url: `${YOLOX_RELEASE}/yolox_s.onnx`,
    bytes: 35_858_002,
    sha256: 'c5c2d13e59ae883e6af3b45daea64af4833a4951c92d116ec270d9ddbe998063',
    licence: 'Apache-2.0',
    input: '640×640',
  },
];

export function findCatalogueEntry(name: string): CatalogueEntry | undefined {
  return CATALOGUE.find((entry) => entry.name === name);
}
