import { existsSync } from 'node:fs';
import { LookoutError } from '@lookout/protocol/core';
import { InferenceSession, listSupportedBackends, Tensor } from 'onnxruntime-node';
import { BATCH_SIZE_NAME } from '../onnx/fold-input.js';
import { DeviceLock } from './device-lock.js';
import type { ModelRunner, NamedTensor, TensorDeclaration, TensorType } from './model-runner.js';

export interface OpenRunnerOptions {
  /** Threads per inference. Several sessions with one thread each give the most frames per second. Default 1. */
  threads?: number;
  /** Execution provider: cpu, cuda, webgpu, tensorrt, coreml, dml. Default cpu. */
  provider?: string;
  /** Four bytes, shared by all threads that use a provider which supports only one at a time. */
  lock?: SharedArrayBuffer;
}

/** Providers that must not be used by two threads at once; see `DeviceLock`. */
const PROVIDERS_ONE_AT_A_TIME = ['webgpu'];

/** The execution providers that this build offers on this platform; whether a device works is known only once it is opened. */
export function listProviders(): string[] {
  return [...new Set(['cpu', ...listSupportedBackends().map(({ name }) => name)])];
}

/**
 * Loads a graph into ONNX Runtime, on the calling thread.
 * @throws LookoutError `model_not_found`, `model_invalid`, `unavailable` (provider).
 */
export async function openRunner(
  { name, path }: { name: string; path: string },
  { threads = 1, provider = 'cpu', lock: shared }: OpenRunnerOptions = {},
): Promise<ModelRunner> {
  if (!existsSync(path)) throw new LookoutError('model_not_found', `There is no model file ${path}`);
  const offered = listProviders();
  if (!offered.includes(provider)) {
    throw new LookoutError('unavailable', `Execution provider ${provider} is not built for this machine`, {
      hint: `Offered here: ${offered.join(', ')}`,
    });
  }
  const lock = shared && PROVIDERS_ONE_AT_A_TIME.includes(provider) ? new DeviceLock(shared) : undefined;
  const create = () =>
    InferenceSession.create(path, {
      executionProviders: provider === 'cpu' ? ['cpu'] : [provider, 'cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      logSeverityLevel: 3,
      // Batches bring no gain on the CPU, and with a fixed batch size all shapes are known in advance.
      ...(provider === 'cpu' && { freeDimensionOverrides: { [BATCH_SIZE_NAME]: 1 } }),
    });
  try {
    const session = await (lock ? lock.hold(create) : create());
    return new OnnxRunner(name, provider, session, lock);
  } catch (cause) {
    const code = provider === 'cpu' ? 'model_invalid' : 'unavailable';
    const where = provider === 'cpu' ? '' : ` on ${provider}`;
    throw new LookoutError(code, `Model ${name} does not load${where}: ${(cause as Error).message}`, { cause });
  }
}

class OnnxRunner implements ModelRunner {
  readonly inputs: readonly TensorDeclaration[];
  readonly outputs: readonly TensorDeclaration[];

  constructor(
    readonly name: string,
    readonly provider: string,
    readonly session: InferenceSession,
    readonly lock: DeviceLock | undefined,
  ) {
    this.inputs = declarations(session.inputMetadata, provider);
    this.outputs = declarations(session.outputMetadata, provider);
  }

  async run(inputs: readonly NamedTensor[]): Promise<NamedTensor[]> {
    const feeds: Record<string, Tensor> = {};
    for (const { name, type, data, dims } of inputs) feeds[name] = new Tensor(type as 'float32', data as never, dims);
    try {
      const run = () => this.session.run(feeds);
      const results = await (this.lock ? this.lock.hold(run) : run());
      return this.session.outputNames.map((name) => {
        const { type, dims, data } = results[name]!;
        return { name, type: type as TensorType, dims, data: data as NamedTensor['data'] };
      });
    } catch (cause) {
      throw new LookoutError('inference_failed', `Model ${this.name} failed: ${(cause as Error).message}`, { cause });
    }
  }

  async close(): Promise<void> {
    const release = () => this.session.release();
    await (this.lock ? this.lock.hold(release) : release());
  }
}

function declarations(all: InferenceSession['inputMetadata'], provider: string): TensorDeclaration[] {
  const fixed = (size: number | string) => (provider === 'cpu' && size === BATCH_SIZE_NAME ? 1 : size);
  return all.flatMap((one) =>
    one.isTensor ? [{ ...one, type: one.type as TensorType, shape: one.shape.map(fixed) }] : [],
  );
}
