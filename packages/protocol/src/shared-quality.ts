/** Qualities of `WS /websocket/:quality`. */
export const SharedQuality = { min: 30, max: 95 } as const;
