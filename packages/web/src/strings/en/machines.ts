/** The machines that share the cameras. */
export const machines = {
  intro:
    'These machines share the cameras: each camera is read by one of them. If one fails, the others take its cameras.',
  states: { up: 'Running', draining: 'Handing over', away: 'Not reachable' },
  load: (percent: string) => `${percent} busy`,
  version: (version: string) => `version ${version}`,
  since: (when: string) => `started ${when}`,
  labels: (labels: string) => `Labels: ${labels}`,
  cameras: (count: number) => (count === 1 ? '1 camera' : `${count} cameras`),
  why: {
    share: 'its share',
    label: (labels: string) => `because of ${labels}`,
    handOver: 'is being handed over',
    arriving: 'is coming here',
  },
  drain: 'Hand over its cameras',
  drainNode: (name: string) => `Hand over the cameras of ${name}`,
  resume: 'Let it take cameras again',
  resumeNode: (name: string) => `Let ${name} take cameras again`,
  stuck: 'Cameras that no other machine may have stay here.',
};
