const LENGTH_BYTES = 4;

/** A binary message between nodes: a header as JSON, after its length, and bytes. */
export function packParts(header: object, bytes: Uint8Array): Buffer {
  const text = Buffer.from(JSON.stringify(header));
  const length = Buffer.allocUnsafe(LENGTH_BYTES);
  length.writeUInt32LE(text.length);
  return Buffer.concat([length, text, bytes]);
}

/** @returns `bytes` in the memory of the message @throws whatever JSON does: nodes of one version understand each other */
export function partsOf<T>(message: Buffer): { header: T; bytes: Buffer } {
  const end = LENGTH_BYTES + message.readUInt32LE();
  return { header: JSON.parse(message.toString('utf8', LENGTH_BYTES, end)) as T, bytes: message.subarray(end) };
}
