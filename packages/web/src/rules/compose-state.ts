/** What a link to the page of a new rule may bring to start from. */
export interface ComposeState {
  sentence?: string;
  /** Id of the camera that the rule is for, unless its sentence names a place. */
  camera?: string;
  /** Id of a rule to make another like. */
  like?: string;
}
