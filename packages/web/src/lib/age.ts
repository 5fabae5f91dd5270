/** How good an age is. Delay under 100 ms feels immediate; over 300 ms it is plainly late. */
export type AgeGrade = 'fresh' | 'delayed' | 'late';

/** @param ageMs capture to screen */
export function gradeAge(ageMs: number): AgeGrade {
  if (ageMs < 100) return 'fresh';
  return ageMs < 300 ? 'delayed' : 'late';
}
