import { writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import type { UpdateState } from '@lookout/protocol';
import { expect, it } from 'vitest';
import { startWholeServer } from '../../testing/whole-server.js';

it('asks the address of the settings only when told to, and daily once the owner wants it', async () => {
  let requests = 0;
  const registry = createServer((_request, response) => {
    requests++;
    response.end('{"version":"999.0.0"}');
  });
  await new Promise<void>((resolve) => registry.listen(0, '127.0.0.1', resolve));
  const url = `http://127.0.0.1:${(registry.address() as AddressInfo).port}/lookout/latest`;
  const server = await startWholeServer({
    prepare: (directory) => writeFileSync(join(directory, 'lookout.yaml'), `updates: { url: '${url}' }\n`),
  });
  const state = async () => (await server.call<UpdateState>('GET', '/api/update')).body;
  try {
    expect(await state()).toMatchObject({ daily: false, from: new URL(url).host });
    expect((await state()).checked_at).toBeUndefined();
    expect(requests).toBe(0);
    const checked = await server.call<UpdateState>('POST', '/api/update/check');
    expect(checked.body).toMatchObject({ latest: '999.0.0', newer: true });
    await server.restart();
    expect(requests).toBe(1);
    await server.call('PATCH', '/api/settings', { updates: { daily: true } });
    await expect.poll(() => requests).toBe(2);
    await expect.poll(async () => (await state()).latest).toBe('999.0.0');
  } finally {
    await server.close();
    await new Promise((resolve) => registry.close(resolve));
  }
});
