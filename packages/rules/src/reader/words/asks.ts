/** Words that ask for the warning: they carry no condition. */

const ME = 'me|us';
const SEVERE = 'urgent|emergency|critical|immediate|instant|quick|push|loud';

/** Verbs of warning somebody. */
const WARN =
  'alert|alerting|warn|warning|notify|notifying|ping|pinging|message|messaging|text|texting|email|emailing|mail|mailing|tell|telling|inform|informing|sms|page|paging|buzz|nudge|remind';
const WARNED = 'alerted|warned|notified|told|informed|messaged|pinged|texted|emailed|reminded';
const NOTICE =
  'alert|alerts|alarm|alarms|warning|warnings|notification|notifications|message|messages|notice|note|text|email|mail|sms|ping|shout|heads|signal|buzz|nudge|push';
const ABOUT = '[about/of/on/for/with/regarding/concerning]';

/** Requests for a warning. What the warning is about follows. */
export const ASKS: readonly string[] = [
  `[only/just/always/then/simply] ${WARN} [${ME}] [know] ${ABOUT}`,
  `e mail ${ME} ${ABOUT}`,
  `[only/just/always/then/simply] let|letting ${ME} know ${ABOUT}`,
  'lemme know',
  `lmk ${ABOUT}`,
  `keep ${ME} posted|informed|updated ${ABOUT}`,
  `make sure [that] i|we know|hear|notice ${ABOUT}`,
  `drop ${ME} a line|message|note|text|mail|email ${ABOUT}`,
  `send|give|shoot|issue|push [${ME}] [a/an/some/the] [${SEVERE}] [text/push/email/short] ${NOTICE} [up] [(to me/to us/to my phone/to my mobile/to my email)] ${ABOUT}`,
  `shout|holler|yell|beep|bark [at me/at us/out] ${ABOUT}`,
  `raise|sound|trigger|set|fire|create|make|generate|trip|throw [off] [a/an/the] [${SEVERE}] ${NOTICE}|event|flag ${ABOUT}`,
  `i|we [only/just/really/also] would|want|need|wish|like|must|should|have [love/like/want] to know|hear|see|learn ${ABOUT}`,
  `i|we [only/just/really/also] would|want|need|wish|like|must|should [love/like/want] to be|get ${WARNED} ${ABOUT}`,
  `i|we [only/just/really/also] would|want|need|should [like/love] [to] [get/have/receive/see] [a/an] [${SEVERE}] ${NOTICE}|alerting [up] ${ABOUT}`,
  'i|we [only/just/really/also] would|want|need [like] [you] to',
  'i|we [only/just/really/also] would|want|need [like]',
  'i|we wanna know|see',
  'i|we [only] care about',
  'i|we am|are [only/really/a bit/mostly] worried|concerned|interested about|in',
  `it would be|'d nice|good|great|helpful|useful to know ${ABOUT}`,
  `get ${ME} [a/an] ${NOTICE} ${ABOUT}`,
  'would|do you mind',
  '[please/kindly] can|could|would|will you [please/kindly]',
  'please|kindly can|could|would|will you',
  'watch|look|check|listen|be [out] for|alert',
  'be on the lookout for',
  'keep [a/an] [close] eye|watch|lookout|look [out] [open] for|on',
  'watch [out]',
  'observe|supervise|monitor|detect|report|spot|notice|catch|find|identify|recognise|recognize',
  `flag|alarm [it/them/this] [up] ${ABOUT}`,
  'report [it/them/back] [to me/to us] [about/of/on]',
  `[an/a] ${NOTICE} ${ABOUT}`,
  `heads up ${ABOUT}`,
  '[new] rule',
  'give [me] the alarm',
  `get back to ${ME}`,
  'show me',
  'is it possible to',
  'make it so that',
  `set up a|an [new] rule|alert|warning|alarm|notification ${ABOUT}`,
  `create|add|make a|an [new] rule|alert|warning ${ABOUT}`,
  `create|add|make a|an [new] rule|alert that ${WARN}|alerts|warns|notifies|tells|pings ${ME}`,
  `it matters to ${ME}`,
  `it is important to ${ME}`,
];

/** After the condition: "… should trigger an alert", "… then tell me". */
export const ASKS_AFTER: readonly string[] = [
  'should|must|shall|has|have|needs|need [to] trigger|raise|cause|set|fire|result|give|send|generate [off/in] [me/us] [a/an/the] alert|alarm|warning|notification|message',
  'should|must|shall|has|have|needs|need [to] be reported|flagged|alerted|notified [to me/to us]',
  'is|are worth a|an alert|warning|notification|message',
  'is|are worth knowing|reporting',
  'then [please] alert|warn|notify|tell|ping|message|text|email me|us [know] [about it]',
  'i|we want|need|would [like] to know [about it/about that/about this]',
  'means|= alert|alarm|warning',
  'deserves a|an alert|warning',
  'and i|we want to know [about it]',
];

/** A sentence that only asks for the warning or refers back to the one before it. */
export const REFERRING_BACK: readonly string[] = [
  'if|when|whenever|should [ever] that|this|it|so [ever/should] happens|happen|occurs|occur|changes',
  "if|when|whenever that|this|it is|'s [not] (the case/so/true/violated/broken)",
  'if|when|whenever|should [ever] that|this|it [ever] happens again',
  'if|when so|not|broken|violated|breached',
  'if|when they|it|he|she|someone|anyone|somebody|anybody do|does [so/it/that]',
  'if|when [ever] there is|are [any/one/some]',
  'if|when anyone|someone|anybody|somebody does [it/so/that] [anyway]',
  'if|when this|that rule is broken',
  'in that|this case',
  'in such a case|cases',
  'when it does|happens',
  'otherwise',
  'straight away|immediately if so',
  'about it|this|that|them',
  'of that|this',
];

/** Words that carry no condition wherever they stand. */
export const EMPTY_PHRASES: readonly string[] = [
  'please|pls|plz|kindly|thanks|thx|cheers|ty',
  'thank you [very much/so much]',
  'many thanks',
  'hi|hello|hey|ok|okay|yo|dear|oh|well|so|yes|yeah|howdy|greetings|hiya [there/lookout/team/guys]',
  'good morning|evening|afternoon|day',
  'immediately|asap|instantly|promptly',
  'right|straight away',
  'at once',
  'as soon as possible',
  'as well',
  'too|also|additionally|moreover|furthermore',
  'in addition',
  'basically|simply|actually|really|just|maybe|perhaps|possibly|ideally|preferably|generally|obviously|literally|honestly|essentially',
  'in general',
  'if possible|needed|necessary',
  'if you can|could|would|please|see|notice|spot|detect|find',
  'you see|notice|spot|detect',
  'by [e] email|text|mail|sms|phone|message|push [message/notification]',
  'on my phone|mobile|watch',
  'to my phone|mobile|watch|email|inbox',
  'via|through [e] telegram|email|sms|push|text|whatsapp|slack|mail [message/notification]',
  'every|each [single] time',
  'as soon as',
  'for me|us',
  'to me|us',
  'lookout',
  'or so',
  'anywhere|somewhere|everywhere',
  'anywhere|somewhere else',
  'you know',
  'by the way|btw|fyi',
  'from time to time',
];

/** Words that open a condition: "when", "if". */
export const OPENERS: readonly string[] = [
  'when|whenever|if|once|should|where|wherever|that|whether|in|about|of|on|for|to|case|as|upon',
  'as soon as',
  'every|each|any time [that/when]',
  'anytime [that/when]',
  'in case [of/that]',
  'in the event [of/that]',
  'the moment|second|minute|instant [that/when]',
  'by the time',
];

/** What a rule can't do: it warns. */
export const ACTIONS: readonly string[] = [
  'turn|switch on|off|up|down',
  'turn|switch',
  'open|close|shut|lock|unlock|activate|deactivate|arm|disarm|enable|disable',
  'start|stop|begin recording|filming|the|a|my',
  'get|send help',
  'call|phone|ring|dial|contact|summon',
  'record|film|photograph|capture|save|store|archive|upload|stream|print|zoom|pan|tilt|rotate|follow|track',
  'take|grab|snap|send [me/us] a|the|an photo|photos|picture|pictures|snapshot|snapshots|clip|video|screenshot|image|footage|recording',
  'send|show me|us the|a|an [short] photo|picture|snapshot|clip|video|image|footage|recording|feed',
  'send|mail|email|text|forward it|this|that|them to',
  'send [the] someone|somebody|security|police|guard|guards|staff',
  'read|tell|show|give|send [me/us] the|out [the/every/each/all] [license/licence/number/plate/plates/registration/name/names/number/age/speed/colour/color]',
  'read me|us [out]',
  'read|say|speak|announce|play|blink|flash|dim|spray|ignore|forget|delete|remove|reset|reboot|restart|shut',
  'count|measure|estimate|identify|recognise|recognize|compare|classify|describe|summarise|summarize|list [how]',
  'tell me|us how|what|which|who|whose|where|why',
  'let me|us know how|what|which|who|whose|where|why',
  'beep [the/my]',
  'sound the siren|horn|bell',
  'turn',
  'notify|alert|inform|tell|warn|message|text|email|call|page the|security|my|our|police|911|999|112|mum|mom|dad|staff|reception|maintenance',
];

export type SeverityWord = 'info' | 'critical';

/** Words that set how severe a warning is. */
export const SEVERITIES: ReadonlyArray<readonly [pattern: string, severity: SeverityWord]> = [
  ['critical|emergency|urgent|urgently|critically', 'critical'],
  ['[an/a] emergency|critical|urgent alert|warning|alarm|notification|message', 'critical'],
  ["that|this|it is|'s [really/very/always] [a/an] critical|emergency|urgent", 'critical'],
  ['that|this|it would be [really/very/always] [a/an] critical|emergency|urgent', 'critical'],
  ['[this/that/it] counts as an emergency', 'critical'],
  ['is|are [a/an] critical|emergency|urgent', 'critical'],
  ['as [a/an] critical|emergency|urgent [alert/warning/one]', 'critical'],
  [
    'with|at [a/an/the] [highest/high/top/critical/urgent] critical|urgent|emergency|high|top|highest priority|severity|importance|urgency',
    'critical',
  ],
  ['high|highest|top|critical priority|severity', 'critical'],
  ['severity|priority critical|high|urgent', 'critical'],
  ['mark|flag|treat it|this|that as [an] critical|urgent|emergency', 'critical'],
  ['in an emergency', 'critical'],
  ['just|only|simply log|note|record [down] [it/this/that/them]', 'info'],
  ['log|note [it/this/that/them] only|just', 'info'],
  ['log|note [down] [it/this/that/them]', 'info'],
  ['[just/only] log|info [level] only', 'info'],
  ['[just/only] for|as [the] information|info|record|records|log|logs', 'info'],
  ['[just/only] [for] informational [purposes]', 'info'],
  ['just [an/as] info', 'info'],
  ['as [an] info [only]', 'info'],
  ['severity|priority info|low', 'info'],
  ['with|at [a/an/the] low|lowest|info priority|severity|importance', 'info'],
  ['low priority|severity', 'info'],
  ['no need to alert|warn|notify me|us', 'info'],
  ['fyi only', 'info'],
  ['just|only keep a log|record [of]', 'info'],
  ['nothing urgent', 'info'],
  ['not urgent', 'info'],
  ["it|this|that is|'s not urgent", 'info'],
];

/** Words around the length of a cooldown, which is `#`. */
export const COOLDOWNS: readonly string[] = [
  '[but/and/with] [at] [most/the most/max/maximum/only/just] one|1|once|a|single|an [alert/warning/notification/message/alarm/time] [at most/max] (per/every/each/in/within/a/an/in any)',
  '[but/and] at most one|1|once [alert/warning/notification/message/alarm/time/event] (per/every/each/in/within/a/an/in any)',
  '[but/and] no|not more than one|1|once|a [alert/warning/notification/message/alarm/time/event] (per/every/each/in/within/a/an/in any)',
  '[but/and] a|the maximum of one|1 alert|warning|notification|message|alarm|event per|every|each|in|within|a|an',
  '[but/and] [a] max|maximum [of] one|1|once [alert/warning/notification/message/alarm/event] per|every|each|in|within|a|an',
  '[but/and] no|not more often|frequently than [once] [every/per/each/a/an]',
  '[but/and] never more than once|one|1 [alert/warning/notification/message] per|every|each|in|a|an',
  '[but/and] only|just once|one|1 [alert/warning/notification/message/alarm] per|every|each|in|within|a|an',
  '[but/and] do not [please] alert|warn|notify|tell|message|text|email|bother|ping|remind|disturb [me/us] more than once|one|1 [time] per|every|each|in|within|a|an',
  '[but/and] do not [please] alert|warn|notify|tell|message|text|email|bother|ping|remind|disturb [me/us] more often than [once] every|per|each',
  '[but/and] do not [please] alert|warn|notify|tell|message|text|bother|ping|repeat|remind [me/us/it/the/that] [again/alert/warning] for|within',
  '[but/and] do not repeat [it/the alert/the warning/alerts/that/this] for|within|in',
  '[with/and] [a] cooldown|cool [down] [time/period] [of/is]',
  '[with/and] [a] cool down [time/period] [of/is]',
  '[but/and] wait|leave|keep [at least]',
  '[then/and/but] stay|be|keep quiet|silent for',
  '[but/and] [alert/warn/notify/message/tell me] once per|every|each',
  '[but/and] repeat [it/the alert/alerts] at most [once] every',
];

/** Words after the length of a cooldown. */
export const COOLDOWN_ENDS: readonly string[] = [
  'between|before [two/the/any/another/next/further/each] alert|alerts|warning|warnings|notification|notifications|messages',
  'apart',
  'cooldown|cool [down]',
  'cool down',
  'at most|max|maximum',
  'pause between alerts|warnings|notifications',
  'before alerting|warning [me] again',
];

/** Says that a count is of one moment, which it always is. */
export const AT_ONCE: readonly string[] = [
  'at once',
  'at the same time',
  'at one time',
  'at any one time',
  'at a time',
  'simultaneously|concurrently',
  'at the same moment',
  'at any given time|moment',
  'at any moment',
  'in one go',
  'all at once',
  'all at the same time',
  'in total',
  'total',
  'altogether',
];
