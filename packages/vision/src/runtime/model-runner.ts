/** Element types of ONNX Runtime's tensors, by its own names. */
export type TensorType = keyof TensorDataOf;

/** The array type for elements of each type, row-major. float16 values are stored as their bits. */
export interface TensorDataOf {
  bool: Uint8Array;
  uint8: Uint8Array;
  uint16: Uint16Array;
  uint32: Uint32Array;
  uint64: BigUint64Array;
  int8: Int8Array;
  int16: Int16Array;
  int32: Int32Array;
  int64: BigInt64Array;
  float16: Uint16Array;
  float32: Float32Array;
  float64: Float64Array;
  string: string[];
}
export type TensorData = TensorDataOf[TensorType];

export interface NamedTensor {
  readonly name: string;
  readonly type: TensorType;
  readonly dims: readonly number[];
  readonly data: TensorData;
}

/** An input or output as a model declares it. Free dimensions are given as names. */
export interface TensorDeclaration {
  readonly name: string;
  readonly type: TensorType;
  readonly shape: readonly (number | string)[];
}

/** Runs a model's graph: ONNX Runtime in this thread, or a server elsewhere. Runs must not overlap. */
export interface ModelRunner {
  /** Where it runs: an execution provider (cpu, cuda, webgpu …), or another name. */
  readonly provider: string;
  readonly inputs: readonly TensorDeclaration[];
  readonly outputs: readonly TensorDeclaration[];
  /** @throws LookoutError `unavailable` if a run would fail at once: checking first saves preparing its inputs. */
  check?(): void;
  /**
   * @param inputs one for each declared input.
   * @returns all outputs, in the order of their declaration.
   * @throws LookoutError `inference_failed`, `unavailable`
   */
  run(inputs: readonly NamedTensor[]): Promise<NamedTensor[]>;
  close(): Promise<void>;
}
