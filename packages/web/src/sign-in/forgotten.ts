/** The port without a `--port`. */
const USUAL_PORT = '8080';

/**
 * The command that prints a code to sign this device in, for the machine that runs the server, with the flags that tell it the address
 * of this page.
 */
export function codeCommand({ protocol, hostname, port }: Pick<URL, 'protocol' | 'hostname' | 'port'>): string {
  const isLocal = hostname === 'localhost' || hostname === '[::1]' || hostname.startsWith('127.');
  const flags = [
    protocol === 'https:' ? '--https' : !isLocal && '--host 0.0.0.0',
    port !== '' && port !== USUAL_PORT && `--port ${port}`,
  ];
  return ['npm start -- keys qr', ...flags.filter(Boolean)].join(' ');
}

/** The command that prints a new key, whatever the address of the server is. */
export const KEY_COMMAND = 'npm start -- keys create new-admin --scope admin';
