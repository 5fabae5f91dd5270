import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lookout } from '../api/client.js';
import { settingsWords } from '../strings/settings.js';

const ASK_EVERY_MS = 1000;
const PATIENCE_MS = 180_000;
const ONE_ANSWER_MS = 5000;

/** Does something that restarts the server, and waits until it is back. @param begin resolves once the restart has begun */
export function useRestart(begin: () => Promise<unknown>) {
  const queryClient = useQueryClient();
  return useMutation({
    mutationFn: async () => {
      const { started_at: before } = await lookout.system.info();
      await begin();
      await backAfter(before);
    },
    onSuccess: () => queryClient.invalidateQueries(),
  });
}

/** Resolves once another start answers. @throws Error if none does for long */
async function backAfter(before: number): Promise<void> {
  const deadline = Date.now() + PATIENCE_MS;
  while (Date.now() < deadline) {
    await new Promise((resolve) => setTimeout(resolve, ASK_EVERY_MS));
    // While it is away there is no answer. Afterwards a restored server may ask for another key, which also means that it is back.
    const answer = await lookout.system.info({ timeoutMs: ONE_ANSWER_MS }).then(
      ({ started_at: now }) => now !== before,
      (error: unknown) => error instanceof Object && 'httpStatus' in error && error.httpStatus === 401,
    );
    if (answer) return;
  }
  throw new Error(settingsWords.restart.late);
}
