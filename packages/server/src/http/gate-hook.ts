import type { FastifyInstance, FastifyRequest } from 'fastify';
import { plainAddress } from '../auth/addresses.js';
import type { Gate, GateRequest, Principal } from '../auth/gate.js';
import { isPageRequest } from './routes/pages.js';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** Answered without a sign-in: health, the sign-in itself, and the app's own files, which hold no secret. */
    public?: boolean;
  }
  interface FastifyRequest {
    /** Who asks; null on public routes. */
    principal: Principal | null;
  }
}

/** Every request passes the gate, those to unknown paths too, before its body is read. */
export function installGate(app: FastifyInstance, gate: Gate): void {
  app.decorateRequest('principal', null);
  app.addHook('onRequest', async (request) => {
    if (request.routeOptions.config.public || (request.is404 && isPageRequest(request))) {
      gate.checkOrigin(gateRequest(request));
      return;
    }
    request.principal = gate.authorize(gateRequest(request));
  });
}

export function gateRequest(request: FastifyRequest): GateRequest {
  return { method: request.method, headers: request.headers, address: plainAddress(request.socket.remoteAddress) };
}
