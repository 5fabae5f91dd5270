/** What `lookout rules explain` and `lookout rules test` know of a camera's picture. */
export interface RegionOptions {
  /** `name` or `name=x,y x,y x,y …`, in fractions of the picture. */
  zone: string[];
  /** `name` or `name=x,y x,y`. */
  line: string[];
}

export interface ExplainCommand extends RegionOptions {
  sentence: string;
  json: boolean;
}

export interface RuleTestCommand extends ExplainCommand {
  video: string;
  /** When the video begins, for schedules: ISO date and time. */
  start: string | undefined;
  fps: number | undefined;
  seconds: number | undefined;
}
