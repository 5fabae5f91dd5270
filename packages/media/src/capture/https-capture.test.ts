import { X509Certificate } from 'node:crypto';
import { createServer } from 'node:https';
import { expect, it } from 'vitest';
import { pinOf, UntrustedCertificateError } from '../source/tls-pin.js';
import { SELF_SIGNED } from '../testing/self-signed.js';
import { watch, withServer } from '../testing/watch-capture.js';

const tlsPin = pinOf(new X509Certificate(SELF_SIGNED.cert).raw);

it('reads a playlist of a camera whose certificate was accepted, and of no other', async () => {
  const asked: string[] = [];
  const server = createServer(SELF_SIGNED, ({ url = '' }, response) => {
    asked.push(url);
    response.end('#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nsegment.ts\n#EXT-X-ENDLIST\n');
  });
  await withServer(server, async (origin) => {
    const refused = await watch({ url: `https://${origin}/live.m3u8` });
    expect(refused.error).toBeInstanceOf(UntrustedCertificateError);
    expect(refused.error).toMatchObject({ tlsPin });
    expect(asked).toEqual([]);
    await watch({ url: `https://${origin}/live.m3u8`, tlsPin });
    expect(asked).toEqual(expect.arrayContaining(['/live.m3u8', '/segment.ts']));
  });
});
