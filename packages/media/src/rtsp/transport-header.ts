/** What a server grants in the `Transport` field of its answer to SETUP (RFC 2326 §12.39). */
export interface GrantedTransport {
  readonly tcp: boolean;
  /** Channels of RTP and RTCP. */
  readonly interleaved: readonly [number, number];
  /** Ports of the server; 0 when not told. */
  readonly serverPorts: readonly [number, number];
  /** Address the packets come from, where it differs from the server's. */
  readonly source: string | undefined;
}

/** Reads the first transport of the field. Missing parts get their defaults. */
export function parseTransport(value: string): GrantedTransport {
  const [specification = '', ...items] = (value.split(',')[0] ?? '').split(';').map((item) => item.trim());
  const parameters = new Map(
    items.map((item): [string, string] => {
      const equals = item.indexOf('=');
      return equals < 0 ? [item.toLowerCase(), ''] : [item.slice(0, equals).toLowerCase(), item.slice(equals + 1)];
    }),
  );
  return {
    tcp: /\/TCP$/i.test(specification) || parameters.has('interleaved'),
    interleaved: pair(parameters.get('interleaved'), 255, [0, 1]),
    serverPorts: pair(parameters.get('server_port'), 65_535, [0, 0]),
    source: parameters.get('source'),
  };
}

/** `a-b`, or `a` alone, which means `a-(a+1)`. */
function pair(text: string | undefined, max: number, fallback: readonly [number, number]): readonly [number, number] {
  const match = /^(\d{1,5})(?:-(\d{1,5}))?$/.exec(text ?? '');
  if (!match) return fallback;
  const first = Number(match[1]);
  const second = match[2] === undefined ? first + 1 : Number(match[2]);
  return first <= max && second <= max ? [first, second] : fallback;
}
