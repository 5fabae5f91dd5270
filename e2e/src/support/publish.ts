import { LookoutClient, type Publisher, type PublishState } from '@lookout/client';
import { keep } from './keep.js';
import { streetJpegs } from './start.js';

export interface StreetPublisher {
  readonly publisher: Publisher;
  /** Every state so far, in order. */
  readonly states: PublishState['state'][];
  close(): void;
}

/** Publishes the demo street by a link, in a loop, as a browser would; ends with the test. */
export async function publishStreet(baseUrl: string, token: string, fps = 15): Promise<StreetPublisher> {
  const jpegs = await streetJpegs();
  const states: PublishState['state'][] = [];
  const publisher = new LookoutClient({ baseUrl }).publish(token, {
    fps,
    onState: ({ state }) => states.push(state),
  });
  let next = 0;
  const timer = setInterval(() => publisher.send(jpegs[next++ % jpegs.length]!), 1000 / fps);
  const close = () => {
    clearInterval(timer);
    publisher.close();
  };
  return keep({ publisher, states, close }, close);
}
