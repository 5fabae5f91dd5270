import { useEffect } from 'react';

/** Sets the window's title while mounted. */
export function useTitle(title: string): void {
  useEffect(() => {
    document.title = `${title} · Lookout`;
    return () => {
      document.title = 'Lookout';
    };
  }, [title]);
}
