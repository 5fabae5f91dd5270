import type { ProbeRequest } from '@lookout/protocol';
import { useMutation } from '@tanstack/react-query';
import { useEffect, useRef } from 'react';
import { lookout } from '../api/client.js';

/** Runs one probe at a time: starting another, or leaving the form, cancels the last. */
export function useProbe() {
  const running = useRef<AbortController>(undefined);
  const probe = useMutation({
    mutationFn: ({ url, tls_pin }: ProbeRequest) => {
      running.current?.abort();
      running.current = new AbortController();
      return lookout.cameras.probe(url, { tlsPin: tls_pin, signal: running.current.signal });
    },
  });
  useEffect(() => () => running.current?.abort(), []);
  const cancel = () => {
    running.current?.abort();
    probe.reset();
  };
  return { ...probe, cancel };
}
