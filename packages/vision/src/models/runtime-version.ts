import { createRequire } from 'node:module';

/** Version of ONNX Runtime, read without loading it. */
export function onnxRuntimeVersion(): string {
  const require = createRequire(import.meta.url);
  return (require('onnxruntime-node/package.json') as { version: string }).version;
}
