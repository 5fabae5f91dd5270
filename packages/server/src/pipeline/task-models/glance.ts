/** Grid of a glance at an image: one byte of brightness per cell, rows from the top. */
export const GLANCE = { columns: 64, rows: 36 } as const;
