/** A drawn street with what Lookout finds in it outlined, as over a live picture. */
export function StreetScene({ label }: { label: string }) {
  return (
    <svg viewBox="0 0 640 440" role="img" aria-label={label} className="w-full rounded-xl shadow-2">
      <rect width="640" height="440" fill="#1b2430" />
      <circle cx="516" cy="82" r="26" fill="#f4e3b2" opacity=".85" />
      <path d="M0 250h640v190H0z" fill="#27302a" />
      <path d="M0 318h640v74H0z" fill="#343a41" />
      <path d="M0 355h70m60 0h70m60 0h70m60 0h70m60 0h70m60 0h50" stroke="#6d757d" strokeWidth="3" />
      <path d="M96 148 214 72l118 76v140H96z" fill="#3d4653" />
      <path d="M80 154 214 66l134 88" fill="none" stroke="#565f6d" strokeWidth="12" strokeLinejoin="round" />
      <path d="M128 176h52v44h-52zM250 176h52v44h-52z" fill="#f4d58a" opacity=".8" />
      <path d="M194 208h42v80h-42z" fill="#20262e" />
      <path d="M206 288h18l34 30h-86z" fill="#4a5260" />
      <path d="M476 290v-74" stroke="#4d4238" strokeWidth="12" />
      <circle cx="476" cy="176" r="54" fill="#33513d" />
      <circle cx="444" cy="204" r="30" fill="#2d4836" />
      <g fill="#aeb8c4">
        <circle cx="252" cy="228" r="10" />
        <path d="M240 242q12-7 24 0l3 34h-6l-2 34h-14l-2-34h-6z" />
      </g>
      <g>
        <path d="M430 338q4-26 28-28l18-22h58l24 24q22 2 24 26v20H430z" fill="#7c8796" />
        <path d="m484 310 10-14h22v14zm38 0v-14h10l14 14z" fill="#20262e" />
        <circle cx="462" cy="358" r="15" fill="#14181c" />
        <circle cx="548" cy="358" r="15" fill="#14181c" />
      </g>
      <g fill="none" strokeWidth="7" stroke="#000" opacity=".45">
        <rect x="229" y="208" width="46" height="110" rx="7" />
        <rect x="420" y="280" width="172" height="102" rx="7" />
      </g>
      <g fill="none" strokeWidth="3.5">
        <rect x="229" y="208" width="46" height="110" rx="7" stroke="var(--alarm)" />
        <rect x="420" y="280" width="172" height="102" rx="7" stroke="var(--fam-vehicle)" />
      </g>
    </svg>
  );
}
