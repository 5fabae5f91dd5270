/** A picture at a glance: a grid of cells, rows from the top, one byte of brightness each. */
export const GLANCE = { columns: 64, rows: 36 } as const;
