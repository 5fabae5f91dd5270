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
    held: 'Nobody was told before the answer.',
    lowered: {
      warning: 'It was a warning, and is now only a note.',
      critical: 'It was critical, and is now only a note.',
    },
    why: (reason: string) => `Why: ${reason}.`,
    control: {
      yes: 'It also said yes to an empty part of this picture: do not rely on it.',
      no: 'To an empty part of this picture it said no, as it should.',
      unsure: 'Of an empty part of this picture it was not sure, as it should be.',
    },
  },
  rule: {
    answers: (confirmed: number, of: number) => `Second look: ${confirmed} of the last ${of} confirmed.`,
    problems: {
      not_set_up: 'The second look asks nobody: no model is set up.',
      not_allowed:
        'The second look asks nobody: its model is outside your home network, and no admin has allowed that pictures go there.',
      not_found: 'The second look asks nobody: the address of its model leads nowhere.',
      always_yes: 'The second look can’t be relied on: it also said yes to empty parts of the picture.',
    },
  },
  edit: {
    ask: 'Ask a second opinion',
    text: 'A model looks at each event and answers one question. If it says no, the event becomes a note. Nothing is deleted.',
    question: 'Question, to be answered with yes or no',
    example: 'Is this really a person?',
    wait: 'How long to wait for the answer',
    seconds: (seconds: number) => `${seconds} s`,
    without: 'Without an answer',
    onTimeout: { pass: 'Warn all the same', lower: 'Only note it' },
    hold: 'Tell nobody before the answer',
    sent: (host: string) => `Two pictures of each event go to ${host}.`,
    notSetUp: 'No model is set up to ask.',
    setUp: 'Set one up',
    askAdmin: 'An admin can do that under Settings, “Second look”.',
  },
  camera: {
    title: 'What leaves this camera',
    local: (host: string) =>
      `Of each event of a rule with a second opinion, two pictures go to the model at ${host}. It is on this machine or in your home network.`,
    outside: (host: string, when: string, by: string) =>
      `Of each event of a rule with a second opinion, two pictures leave your home network: they go to ${host}. Allowed ${when} by ${by}.`,
    somebody: 'somebody at this machine',
    nothing: (host: string) => `Nothing leaves it: nobody has allowed that pictures of it go to ${host}.`,
    noHost: 'Nothing leaves it: no model is set up that could be asked.',
    notFound: (host: string) => `Nothing leaves it at present: ${host} can’t be found.`,
    rules: (count: number) => (count === 1 ? 'One rule asks for it.' : `${count} rules ask for it.`),
  },
};
