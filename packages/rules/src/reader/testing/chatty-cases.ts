import { type Case, cases } from './cases.js';
import { HOME } from './contexts.js';

/** What people write around a condition: greetings, fillers, thanks, excuses, roundabout requests and news of themselves. */
export const CHATTY_CASES: readonly Case[] = [
  ...cases(
    HOME,
    `
    # Requests
    when is nobody in the garden you warn me => absent person @garden 60s
    alert me at most once every quarter of an hour about a dog in the garden => appear dog @garden cool:900
    msg me if nobody is in the garden => absent person @garden 60s
    could u msg me when a dog is in the garden? ta => appear dog @garden
    Kindly intimate me if a dog is in the garden => appear dog @garden
    a dog is in the garden, please to warn me => appear dog @garden
    Please do tell me about every dog in the garden => appear dog @garden
    Don't hesitate to message me when a dog is in the garden => appear dog @garden
    I'd be grateful for a message when a dog is in the garden => appear dog @garden
    It would be great to get a ping if a dog is in the garden => appear dog @garden
    it'd be really nice to have a quick message when a dog is in the garden => appear dog @garden
    I'd appreciate a heads-up when a dog is in the garden => appear dog @garden
    I would be grateful if you could let me know when a dog is in the garden => appear dog @garden
    just wondering if i can get a ping when a dog is in the garden => appear dog @garden
    is there any way you can tell me when a dog is in the garden => appear dog @garden
    Is it possible to get a warning for any dog in the garden? Thank you! => appear dog @garden
    Please can I get a notification if a dog is in the garden => appear dog @garden
    if a dog is in the garden i'd really want to know about that => appear dog @garden
    # Fillers and remarks
    a dog is in the garden - treat as critical => appear dog @garden critical
    ping us when a dog is in the garden, ta very much => appear dog @garden
    umm can you tell me when a dog is in the garden => appear dog @garden
    so yeah, umm, just ping me when the dog's in the garden, cheers => appear dog @garden
    lol ok so tell me if a dog is in the garden => appear dog @garden
    hey, can you give me a heads up if there's ever anyone in the garden? thanks a lot => appear person @garden
    If ever a dog is in the garden, that's an emergency! => appear dog @garden critical
    Hi there, sorry for the long message. I want to know when a dog is in the garden. => appear dog @garden
    a dog in the garden, that's what I'm worried about => appear dog @garden
    Sir, please inform me when any person is entering the garden => enter person @garden
    Dear Sir or Madam, a dog is in the garden. Kind regards => appear dog @garden
    # News of themselves
    We run a small bakery. Tell me if someone is in the garden. => appear person @garden
    I'm always a bit nervous, so please let me know if a dog is in the garden => appear dog @garden
    we've had some trouble lately so I'd like to know if somebody is in the garden after closing time => ? time: closing time
    `,
  ),
];
