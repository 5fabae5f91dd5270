import { useMemo } from 'react';
import { encode } from 'uqr';

/** Light modules around a code that readers need (ISO/IEC 18004: four). */
const QUIET_MODULES = 4;

/**
 * A text as a QR code, as large as its parent is wide. Dark on white in every theme: many readers know no other.
 * @param label what it leads to, for those who can't see it; the text itself stands beside it
 */
export function QrCode({ text, label }: { text: string; label: string }) {
  const { path, size } = useMemo(() => qrPath(text), [text]);
  return (
    <svg
      role="img"
      aria-label={label}
      viewBox={`0 0 ${size} ${size}`}
      shapeRendering="crispEdges"
      className="block aspect-square w-full rounded-md bg-white"
    >
      <path d={path} fill="#000" />
    </svg>
  );
}

/** One path of all dark modules: a run of neighbours in a row is one rectangle. */
function qrPath(text: string): { path: string; size: number } {
  const { data, size } = encode(text, { ecc: 'M', border: QUIET_MODULES });
  let path = '';
  for (const [y, row] of data.entries()) {
    for (let x = 0; x < size; x++) {
      if (!row[x]) continue;
      const start = x;
      while (row[x]) x++;
      path += `M${start} ${y}h${x - start}v1h${start - x}z`;
    }
  }
  return { path, size };
}
