import { RequestError } from '@lookout/client';
import type { Segment, SegmentMask } from '@lookout/protocol';
import { useCallback, useEffect, useRef, useState } from 'react';
import { lookout } from '../api/client.js';
import { asked, type Question } from './question.js';

export interface Frozen {
  /** The frozen frame; undefined while it is requested, and after a failure. */
  readonly segment: Segment | undefined;
  /** Best first; undefined: not requested, or not answered yet. */
  readonly masks: readonly SegmentMask[] | undefined;
  readonly isAsking: boolean;
  readonly error: unknown;
  /** Freezes the newest frame. */
  freeze(): void;
  ask(question: Question): void;
}

/** A camera frame, frozen on the server while the page is open, and its masks. */
export function useFrozen(cameraId: string): Frozen {
  const [segment, setSegment] = useState<Segment>();
  const [masks, setMasks] = useState<readonly SegmentMask[]>();
  const [isAsking, setAsking] = useState(false);
  const [error, setError] = useState<unknown>();
  const [round, setRound] = useState(0);
  const asking = useRef<AbortController>(undefined);

  // biome-ignore lint/correctness/useExhaustiveDependencies: each round freezes another frame
  useEffect(() => {
    const left = new AbortController();
    let id: string | undefined;
    setSegment(undefined);
    setMasks(undefined);
    setError(undefined);
    lookout.segments.freeze({ camera: cameraId }, { signal: left.signal }).then(
      (frozen) => {
        id = frozen.id;
        if (left.signal.aborted) remove(id);
        else setSegment(frozen);
      },
      (reason) => left.signal.aborted || setError(reason),
    );
    return () => {
      left.abort();
      asking.current?.abort();
      setAsking(false);
      if (id !== undefined) remove(id);
    };
  }, [cameraId, round]);

  const ask = useCallback(
    (question: Question) => {
      asking.current?.abort();
      setError(undefined);
      const body = segment && asked(question, segment.takes);
      if (!segment || !body) {
        setAsking(false);
        setMasks(undefined);
        return;
      }
      const current = new AbortController();
      asking.current = current;
      setAsking(true);
      lookout.segments
        .masks(segment.id, body, { signal: current.signal })
        .then((found) => current.signal.aborted || setMasks(found))
        .catch((reason) => {
          if (current.signal.aborted) return;
          setMasks(undefined);
          setError(reason);
          if (isGone(reason)) setSegment(undefined);
        })
        .finally(() => current.signal.aborted || setAsking(false));
    },
    [segment],
  );

  return { segment, masks, isAsking, error, freeze: () => setRound((count) => count + 1), ask };
}

/** Whether there is no segmentation model. */
export function lacksModel(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'no_model_for_this';
}

function isGone(error: unknown): boolean {
  return error instanceof RequestError && error.code === 'segment_gone';
}

/** If the request fails, the frame expires on the server by itself. */
function remove(id: string): void {
  lookout.segments.remove(id).catch(() => undefined);
}
