/** The only application of this server: `rtmp://host/live`. */
export const APP = 'live';

export function isOurApp(app: string): boolean {
  return split(app).path[0] === APP;
}

/**
 * The key a client publishes to, '' if it names none. `rtmp://host/live/KEY` and `rtmp://host/live/name?key=KEY` reach the server as
 * an application and a stream name, split wherever the client thinks fit.
 * @param app of `connect`, such as `live`, `live/KEY` or `live?key=KEY`
 * @param streamName of `publish`, such as `KEY` or `name?key=KEY`
 */
export function streamKey(app: string, streamName: string): string {
  const name = split(streamName);
  const inApp = split(app);
  return name.key ?? inApp.key ?? [...inApp.path.slice(1), ...name.path].join('/');
}

function split(text: string): { path: string[]; key: string | undefined } {
  const [path = '', ...query] = text.split('?');
  const key = new URLSearchParams(query.join('?')).get('key') ?? undefined;
  return { path: path.split('/').filter((part) => part !== ''), key };
}
