/** The mark: two corners of a box that holds what was seen. */
export function Mark({ size = 22 }: { size?: number }) {
  return (
    <svg width={size} height={size} viewBox="0 0 32 32" fill="none" aria-hidden="true" className="text-accent">
      <path
        d="M4 13V8a4 4 0 0 1 4-4h5M28 19v5a4 4 0 0 1-4 4h-5"
        stroke="currentColor"
        strokeWidth="3.5"
        strokeLinecap="round"
      />
      <circle cx="16" cy="16" r="6" fill="currentColor" />
    </svg>
  );
}
