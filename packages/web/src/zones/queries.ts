import { RequestError } from '@lookout/client';
import type { CameraRegions } from '@lookout/protocol';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { lookout } from '../api/client.js';

/** Saves all zones, lines and masks of a camera. `refusal`: ids of the rules that refer to a name that would be lost. */
export function useSaveRegions(cameraId: string, onSaved: () => void) {
  const queryClient = useQueryClient();
  const save = useMutation({
    mutationFn: ({ regions, force }: { regions: CameraRegions; force: boolean }) =>
      lookout.cameras.update(cameraId, regions, { force }),
    onSuccess: (camera) => {
      queryClient.setQueryData(['cameras', cameraId], camera);
      void queryClient.invalidateQueries({ queryKey: ['cameras'] });
      onSaved();
    },
  });
  const refusal = save.error instanceof RequestError ? save.error.problem?.rules : undefined;
  return { ...save, refusal };
}
