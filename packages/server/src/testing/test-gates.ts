/** Helpers for tests of the gate. */
import { mkdtempSync, rmSync } from 'node:fs';
import type { IncomingHttpHeaders } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { LookoutError } from '@lookout/protocol';
import { Accounts } from '../platform/auth/accounts.js';
import { Gate, type SignInPolicy, trustsLocal } from '../platform/auth/gate.js';
import type { GateRequest } from '../platform/auth/gate-request.js';
import { SharedLimits } from '../platform/auth/shared-limits.js';
import type { Storage } from '../platform/storage/index.js';
import { openTestStorage } from './test-storage.js';

/** Gates on one temporary database, with clocks that the test moves. */
export class TestGates {
  nowMs = 1_700_000_000_000;
  /** A monotonic clock, which setting the system clock does not move. */
  upMs = 1000;

  private constructor(
    readonly directory: string,
    readonly storage: Storage,
  ) {}

  static async open(): Promise<TestGates> {
    const directory = mkdtempSync(join(tmpdir(), 'lookout-gate-'));
    return new TestGates(directory, openTestStorage(directory));
  }

  /** A gate for a server on `host`, with its keys at hand. */
  async on(
    host: string,
    { signIn = 'auto', ...options }: { signIn?: SignInPolicy } & Partial<ConstructorParameters<typeof Gate>[0]> = {},
  ) {
    const isTrusted = trustsLocal({ host, signIn });
    const limits = new SharedLimits({ now: () => this.upMs });
    const accounts = await Accounts.open({
      store: this.storage,
      trustsLocal: isTrusted,
      now: () => this.nowMs,
      limits,
    });
    const gate = new Gate({ trustsLocal: isTrusted, accounts, limits, ...options });
    return Object.assign(gate, { accounts, keys: accounts.keys });
  }

  async close(): Promise<void> {
    await this.storage.close();
    rmSync(this.directory, { recursive: true, force: true });
  }
}

/** As it comes over a plain connection by HTTP/1.1. */
export const asked = (headers: IncomingHttpHeaders, method = 'GET', address = '127.0.0.1'): GateRequest => ({
  method,
  headers,
  address,
  httpVersion: '1.1',
  tls: false,
});

export function outcome(gate: Gate, ...request: Parameters<typeof asked>): Promise<string> {
  return outcomeOf(gate, asked(...request));
}

export async function outcomeOf(gate: Gate, request: GateRequest): Promise<string> {
  try {
    return (await gate.enter(request, { permission: 'manage' })).principal?.kind ?? 'anyone';
  } catch (error) {
    if (error instanceof LookoutError) return error.code;
    throw error;
  }
}
