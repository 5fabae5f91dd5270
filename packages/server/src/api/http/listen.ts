import { LookoutError } from '@lookout/protocol';
import type { FastifyInstance } from 'fastify';
import type { Settings } from '../../platform/config/settings.js';

/**
 * Listens where the settings say.
 * @returns the address, with the scheme that is really served
 * @throws LookoutError `port_in_use`, or `config_invalid` where this machine may not listen there
 */
export async function listen(app: FastifyInstance, server: Settings['server']): Promise<string> {
  // Fastify reports `http:` even when it is given a TLS server.
  const schemed = (url: string) => (server.https ? url.replace(/^http:/, 'https:') : url);
  try {
    const url = await app.listen({
      host: server.host,
      port: server.port,
      listenTextResolver: (address) => `listening at ${schemed(address)}`,
    });
    return schemed(url);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EADDRINUSE') {
      throw new LookoutError('port_in_use', `Port ${server.port} on ${server.host} is already in use`, {
        hint: 'Stop the program that uses it, or choose another port with --port.',
        cause: error,
      });
    }
    if (code === 'EACCES' || code === 'EADDRNOTAVAIL') {
      throw new LookoutError('config_invalid', `Can't listen on ${server.host} port ${server.port}: ${code}`, {
        cause: error,
      });
    }
    throw error;
  }
}
