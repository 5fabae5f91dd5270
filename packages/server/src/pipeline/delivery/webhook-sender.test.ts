import { createServer, type IncomingMessage, type RequestListener } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Webhook as Verifier } from 'standardwebhooks';
import { afterEach, describe, expect, it } from 'vitest';
import { WebhookAddresses } from './webhook-address.js';
import { WebhookSender } from './webhook-sender.js';

const SECRET = `whsec_${Buffer.from('a secret of twenty-four b').toString('base64')}`;
const MESSAGE = { id: '01event.created', body: '{"type":"event.created"}' };
const closers: Array<() => unknown> = [];
afterEach(async () => {
  for (const close of closers.splice(0)) await close();
});

async function receiver(answer: RequestListener): Promise<string> {
  const server = createServer(answer);
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  closers.push(() => {
    server.closeAllConnections();
    return new Promise((resolve) => server.close(resolve));
  });
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}/hook`;
}

function sender({ allowed = ['127.0.0.1'], timeoutMs = 5000 } = {}): WebhookSender {
  const made = new WebhookSender(new WebhookAddresses(allowed), Date.now, timeoutMs);
  closers.push(() => made.close());
  return made;
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  for await (const chunk of request) chunks.push(chunk as Buffer);
  return Buffer.concat(chunks).toString();
}

describe('WebhookSender', () => {
  it('sends a message whose signature a receiver can verify', async () => {
    let verified: unknown;
    const url = await receiver(async (request, response) => {
      const headers = request.headers as Record<string, string>;
      verified = new Verifier(SECRET).verify(await bodyOf(request), headers);
      expect(headers['webhook-id']).toBe(MESSAGE.id);
      response.writeHead(204).end();
    });
    expect(await sender().send({ url, secret: SECRET }, MESSAGE)).toEqual({ ok: true, status: 204 });
    expect(verified).toEqual({ type: 'event.created' });
  });

  it('does not follow redirects, which could lead to this machine', async () => {
    let requests = 0;
    const url = await receiver((_request, response) => {
      requests++;
      response.writeHead(307, { location: '/elsewhere' }).end();
    });
    const outcome = await sender().send({ url, secret: SECRET }, MESSAGE);
    expect(outcome).toMatchObject({ ok: false, status: 307, reason: expect.stringContaining('redirect') });
    expect(requests).toBe(1);
  });

  it('refuses an address that the settings no longer allow', async () => {
    const url = await receiver((_request, response) => response.end());
    const outcome = await sender({ allowed: [] }).send({ url, secret: SECRET }, MESSAGE);
    expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining('may not reach 127.0.0.1') });
  });

  it('refuses a name that leads to this machine now', async () => {
    const url = (await receiver((_request, response) => response.end())).replace('127.0.0.1', 'localhost');
    // The name itself is refused when it is saved; here it resolves there later, as any name may.
    const addresses = new WebhookAddresses([]);
    addresses.check = () => undefined;
    const made = new WebhookSender(addresses, Date.now);
    closers.push(() => made.close());
    const outcome = await made.send({ url, secret: SECRET }, MESSAGE);
    expect(outcome).toMatchObject({ ok: false, reason: expect.stringContaining('leads to this machine') });
  });

  it('gives up on a receiver that never answers', async () => {
    const url = await receiver(() => undefined);
    const outcome = await sender({ timeoutMs: 50 }).send({ url, secret: SECRET }, MESSAGE);
    expect(outcome).toEqual({ ok: false, reason: 'No answer within 0.05 s' });
  });

  it('cuts off an answer that never ends', async () => {
    let isCut: (() => void) | undefined;
    const cut = new Promise<void>((resolve) => {
      isCut = resolve;
    });
    const url = await receiver((_request, response) => {
      response.writeHead(200);
      const fill = () => {
        while (response.write(Buffer.alloc(65_536)));
      };
      response.on('drain', fill);
      response.on('close', () => isCut?.());
      fill();
    });
    expect(await sender().send({ url, secret: SECRET }, MESSAGE)).toEqual({ ok: true, status: 200 });
    await cut;
  });

  it.each([
    [500, 'It answered 500'],
    [404, 'It answered 404'],
  ])('reports status %i', async (status, reason) => {
    const url = await receiver((_request, response) => response.writeHead(status).end());
    expect(await sender().send({ url, secret: SECRET }, MESSAGE)).toEqual({ ok: false, status, reason });
  });

  it('says when nothing listens', async () => {
    const outcome = await sender().send({ url: 'http://127.0.0.1:9/', secret: SECRET }, MESSAGE);
    expect(outcome).toEqual({ ok: false, reason: 'Nothing listens at its address' });
  });
});
