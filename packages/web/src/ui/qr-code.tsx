import { useMemo } from 'react';
import { encode } from 'uqr';

/** Light modules that readers need around a code (ISO/IEC 18004: four). */
const QUIET_MODULES = 4;

/**
 * A text as a QR code, as wide as its parent. Dark on white in every theme, since many readers accept nothing else.
 * @param label what it leads to, for people who can't see it; the text itself is shown beside it
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

/** One path for all dark modules: adjacent modules in a row form one rectangle. */
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
