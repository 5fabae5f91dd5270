import type { CustomFetch } from 'openid-client';

/** Far more than metadata, keys and tokens take. */
const MAX_ANSWER_BYTES = 512 * 1024;

/** `fetch` for answers of a bounded size. @throws TypeError for a larger one, as for one that breaks off */
export const boundedFetch: CustomFetch = async (url, options) => {
  const { body, status, headers } = await fetch(url, options as RequestInit);
  if (!body) return new Response(null, { status, headers });
  const chunks: Uint8Array[] = [];
  let bytes = 0;
  // Leaving the loop cancels the rest.
  for await (const chunk of body) {
    bytes += chunk.length;
    if (bytes > MAX_ANSWER_BYTES)
      throw new TypeError(`expected an answer of at most ${MAX_ANSWER_BYTES} bytes from ${url}`);
    chunks.push(chunk);
  }
  return new Response(Buffer.concat(chunks), { status, headers });
};
