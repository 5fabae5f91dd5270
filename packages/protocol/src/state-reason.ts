/** `state_reason` of a camera that is `connecting` because no node says yet that it reads it. */
export const MOVING_REASON = 'Moving to another node';
