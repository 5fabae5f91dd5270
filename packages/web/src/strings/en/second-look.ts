import { quoted } from './words.js';

/** A vision-language model that confirms events. */
export const secondLook = {
  title: 'Second look',
  states: {
    pending: 'Being checked',
    confirmed: (model: string | undefined) => (model === undefined ? 'Confirmed' : `Confirmed by ${model}`),
    rejected: 'The second look says no',
    unsure: 'The second look is not sure',
    timed_out: 'Not checked in time',
    failed: 'Could not be checked',
  },
  event: {
    asked: (question: string) => `Asked: ${quoted(question)}`,
    says: (evidence: string) => `It says: ${quoted(evidence)}`,
    byModel: 'A model wrote this about the picture. It can be wrong.',
    took: (seconds: string) => `Answered after ${seconds} s.`,
    held: 'No warning was sent before the answer.',
    lowered: {
      warning: 'This was a warning and is now only a note.',
      critical: 'This was critical and is now only a note.',
    },
    why: (reason: string) => `Why: ${reason}.`,
    control: {
      yes: 'It also said yes to an empty part of this picture: do not rely on it.',
      no: 'It said no to an empty part of this picture, as it should.',
      unsure: 'It was not sure about an empty part of this picture, as it should be.',
    },
  },
  rule: {
    answers: (confirmed: number, of: number) => `Second look: ${confirmed} of the last ${of} confirmed.`,
    problems: {
      not_set_up: 'The second look is off: no model is set up.',
      not_allowed:
        'The second look is off: its model is outside your home network, and no admin has allowed sending pictures there.',
      not_found: 'The second look is off: the address of its model can’t be found.',
      always_yes: 'The second look can’t be relied on: it also said yes to empty parts of the picture.',
    },
  },
  edit: {
    ask: 'Ask for a second opinion',
    text: 'A model looks at each event and answers one question. If it says no, the event becomes a note. Nothing is deleted.',
    question: 'Yes-or-no question',
    example: 'Is this really a person?',
    wait: 'How long to wait for the answer',
    seconds: (seconds: number) => `${seconds} s`,
    without: 'Without an answer',
    onTimeout: { pass: 'Warn anyway', lower: 'Only note it' },
    hold: 'Hold the warning until the answer',
    sent: (host: string) => `Two pictures of each event are sent to ${host}.`,
    notSetUp: 'No model is set up.',
    setUp: 'Set one up',
    askAdmin: 'An admin can do that under Settings, “Second look”.',
  },
  camera: {
    title: 'What leaves this camera',
    local: (host: string) =>
      `Two pictures of each event of a rule with a second opinion are sent to the model at ${host}. It is on this machine or in your home network.`,
    outside: (host: string, when: string, by: string) =>
      `Two pictures of each event of a rule with a second opinion leave your home network: they are sent to ${host}. Allowed ${when} by ${by}.`,
    somebody: 'someone at this machine',
    nothing: (host: string) => `Nothing leaves it: sending its pictures to ${host} is not allowed.`,
    noHost: 'Nothing leaves it: no model is set up.',
    notFound: (host: string) => `Nothing leaves it at present: ${host} can’t be found.`,
    rules: (count: number) => (count === 1 ? 'One rule asks for it.' : `${count} rules ask for it.`),
  },
};
