import { startRtspServer } from '@lookout/media/testing';
import { parse } from 'yaml';
import { keep } from './keep.js';
import { run } from './run.js';

interface Configuration {
  readonly authMethod: string;
  readonly authHTTPAddress: string;
  readonly pathDefaults: { readonly runOnReady: string };
}

export interface MediaMtxClient {
  readonly action: 'publish' | 'read';
  readonly path: string;
  readonly password?: string;
  readonly token?: string;
}

/**
 * Stands in for MediaMTX, which can't be installed with a package manager: given its configuration, it makes the requests and runs the commands
 * that its manual documents. The video is served by gst-rtsp-server.
 */
export class MediaMtx {
  readonly #configuration: Configuration;

  /** @param yaml a `mediamtx.yml` */
  constructor(yaml: string) {
    this.#configuration = parse(yaml) as Configuration;
    if (this.#configuration.authMethod !== 'http') throw new Error('Expected authMethod: http');
  }

  /** Asks whether a client may do what it wants. */
  async admits({ action, path, password = '', token = '' }: MediaMtxClient): Promise<boolean> {
    const asked = {
      ip: '192.168.1.50',
      user: '',
      password,
      token,
      action,
      path,
      protocol: 'rtsp',
      id: null,
      query: '',
    };
    const { status } = await fetch(this.#configuration.authHTTPAddress, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify(asked),
    });
    return status >= 200 && status <= 299;
  }

  /**
   * A path is published to: it is served to readers with this password until the end of the test, and the hook runs.
   * @returns what the hook printed
   */
  async ready(path: string, readerPassword: string): Promise<string> {
    const server = await startRtspServer({
      ...{ fps: 10, path: `/${path}` },
      authentication: { kind: 'basic', username: 'lookout', password: readerPassword },
    });
    keep(server, () => server.stop());
    return this.#runHook({ MTX_PATH: path, RTSP_PORT: `${server.port}` });
  }

  /** Variables are replaced anywhere in the command, in quotes too, before it is split. */
  async #runHook(variables: Readonly<Record<string, string>>): Promise<string> {
    const command = this.#configuration.pathDefaults.runOnReady.replace(/\$(\w+)/g, (_, name) => variables[name] ?? '');
    const { code, stdout, stderr } = await run('sh', ['-c', command]);
    if (code !== 0) throw new Error(`The hook failed: ${stderr}`);
    return stdout;
  }
}
