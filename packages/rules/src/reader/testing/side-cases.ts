import { type Case, cases } from './cases.js';
import { GATE } from './contexts.js';

/** Directions over a line that are said by what lies on its two sides: forward is from the first to the second. */
export const SIDE_CASES: readonly Case[] = cases(
  GATE,
  `
  someone crosses the gate from the street into the yard => cross person |gate forward
  someone crosses the gate from the yard to the street => cross person |gate backward
  someone crosses the gate towards the street => cross person |gate backward
  a car from the street crosses the gate => cross car |gate forward
  nobody may cross the gate from the street into the yard => cross person |gate forward
  a car drives out of the yard through the gate at night => cross car |gate backward 22:00-06:00
  # Both sides tell which line it is.
  a car comes from the street into the yard => cross car |gate forward
  a car enters the yard from the street => cross car |gate forward
  a car enters the yard => ? zone: yard
  a person in the street => ? zone: street
  # A zone is a side only where a line is crossed.
  a person crosses the door line into the porch => cross person |door line backward
  a person enters the porch => enter person @porch
  # Sides of other lines, or of two.
  a person crosses the fence into the yard => ? line: yard
  a person crosses the gate into the hallway => ? line: hallway
  a person goes from the street to the hallway => ? line: from the street to the hallway
  a car goes into the yard from the yard => ? direction: into the yard from the yard
  `,
);
