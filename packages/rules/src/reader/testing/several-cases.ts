import { type Case, cases } from './cases.js';
import { FARM, FLAT, HOME, OFFICE, PARKING, ROAD, SCHOOL, SHOP, SITE, WAREHOUSE } from './contexts.js';

/** "Several things" and the settings of a warning, sentence by sentence. */
export const SEVERAL_CASES: readonly Case[] = [
  ...cases(
    HOME,
    `
    # Two conditions that have to hold together are no list.
    someone is in the garden and nobody is in the driveway => ! nobody is in the driveway
    if a car is in the driveway and a dog is in the garden => ! a dog is in the garden
    a car arrives and someone gets out => ! someone gets out
    warn me when a car enters the driveway and a dog enters the garden => enter car @driveway; enter dog @garden
    high priority: person in the pool, low priority: cat in the pool => appear person @pool critical; appear cat @pool info
    if dog in garden alert; if cat in pool alert => appear dog @garden; appear cat @pool
    person anywhere but the garden => ! but the garden
    a truck but no bus in the driveway => ! but no bus
    any vehicle but no cars in the driveway => appear bicycle,motorcycle,airplane,bus,train,truck,boat @driveway
    a dog in the garden or a cat => ? zone: a cat
    # Zone A or zone B, and behaviour A or B, are one rule each.
    a person in the garden or the pool => appear person @garden; appear person @pool
    someone at the front door, the back door or in the driveway => appear person @front door; appear person @back door; appear person @driveway
    a dog in the garden and in the pool => appear dog @garden; appear dog @pool
    someone enters or leaves the garden => enter person @garden; leave person @garden
    a person loiters or falls in the garden => stay person @garden 30s; fall person @garden
    a car enters the driveway or leaves the garden => enter car @driveway; leave car @garden
    a dog enters the garden or the pool at night => enter dog @garden 22:00-06:00; enter dog @pool 22:00-06:00
    someone stays in the garden or the pool for 5 minutes => stay person @garden 300s; stay person @pool 300s
    a person waits at the front door for a minute or in the garden for 5 minutes => stay person @front door 60s; stay person @garden 300s
    nobody in the garden or the pool for an hour => ? zone: garden or the pool
    a dog moves left or right in the garden => move dog @garden left; move dog @garden right
    # Two sentences that each state a condition are two rules.
    Tell me when a car enters the driveway. Tell me when a dog leaves the garden. => enter car @driveway; leave dog @garden
    Warn me if someone is in the pool. Also warn me if a dog is in the garden. => appear person @pool; appear dog @garden
    a person enters the garden; a car leaves the driveway => enter person @garden; leave car @driveway
    someone in the pool and a dog in the garden => appear person @pool; appear dog @garden
    a person in the pool or a dog in the garden at night => appear person @pool 22:00-06:00; appear dog @garden 22:00-06:00
    warn me when a car enters the driveway and when a dog enters the garden => enter car @driveway; enter dog @garden
    when a car enters the driveway or when a person enters the garden at night => enter car @driveway 22:00-06:00; enter person @garden 22:00-06:00
    At night tell me when a car enters the driveway and when a dog enters the garden => enter car @driveway 22:00-06:00; enter dog @garden 22:00-06:00
    tell me when a car enters the driveway at night and when a dog enters the garden => enter car @driveway 22:00-06:00; enter dog @garden
    tell me when a car enters the driveway and when a dog enters the garden at night => enter car @driveway; enter dog @garden 22:00-06:00
    tell me when a car enters the driveway and when it leaves => enter car @driveway; leave car @driveway
    # One that only asks for the warning, repeats or refers back is not.
    Someone is in the garden. Warn me. => appear person @garden
    Watch the driveway. Tell me if a car is there. => appear car @driveway
    No dogs in the pool. Tell me if that happens. => appear dog @pool
    Nobody may enter the garden at night. Alert me if anyone does. => enter person @garden 22:00-06:00
    Nobody is allowed in the pool after 9pm. Let me know if someone is in there. => appear person @pool 21:00-06:00
    Dogs are not allowed in the garden, so warn me when a dog is in the garden. => appear dog @garden
    Please keep an eye on the garden and tell me if a cat is there => appear cat @garden
    a person enters the garden. Thank you! => enter person @garden
    Hi Lookout, could you please let me know when a person enters the garden? Thanks. => enter person @garden
    # A whole clause that the rest does not need is passed over.
    We have two dogs. Tell me when a person enters the garden. => enter person @garden
    I live alone. Warn me if someone is at the back door at night. => appear person @back door 22:00-06:00
    My wife is pregnant, so tell me when a person falls => ! wife
    We own a hotel and a bar. Tell me when a car enters the driveway. => enter car @driveway
    I'm a heavy sleeper, please alert me when someone enters the garden at night => enter person @garden 22:00-06:00
    Because we had a break-in last year, warn me when someone is in the garden => appear person @garden
    Tell me when someone is in the garden because we had a break-in => appear person @garden
    The gate is broken. Warn me when a dog leaves the garden. => leave dog @garden
    # Exceptions.
    any animal except dogs in the garden => appear bird,cat,horse,sheep,cow,elephant,bear,zebra,giraffe @garden
    any vehicle but not bicycles in the driveway => appear car,motorcycle,airplane,bus,train,truck,boat @driveway
    any vehicle other than a car in the driveway => appear bicycle,motorcycle,airplane,bus,train,truck,boat @driveway
    any pet in the pool, but not cats => appear dog @pool
    someone on any camera except the hall => appear person cam:yard
    someone on all cameras but not the yard camera => appear person cam:hall
    everyone except my husband at the back door => ! except my husband
    someone in the garden unless it's the gardener => ! unless it's the gardener
    someone anywhere except the garden => ! except the garden
    someone in the garden unless a dog is there => ! unless a dog is there
    a person in the garden only if the lights are off => ! only if the lights are off
    a dog in the garden while a cat is in the pool => ! while a cat is in the pool
    someone in the garden if a car is in the driveway => ! if a car is in the driveway
    # Actions beyond warning.
    turn off the sprinkler when a dog enters the garden => ! turn off the sprinkler
    call the police when someone enters the garden => ! call the police
    open the gate when a car enters the driveway => ! open the gate
    when someone enters the garden, switch on the lights => ! switch on the lights
    when someone enters the garden start recording => ! start recording
    send me a photo when someone is at the front door => ! photo
    alert me and call the police when someone enters the garden => ! call the police
    lock the door if someone is in the garden at night => ! lock the door
    message my neighbour when someone enters the garden => ! message my neighbour
    notify me when someone enters the garden => enter person @garden
    ping me when someone enters the garden => enter person @garden
    message me when someone enters the garden => enter person @garden
    sound the alarm when someone enters the garden => enter person @garden
    give me a shout when someone enters the garden => enter person @garden
    flag it when someone enters the garden => enter person @garden
    text me when someone enters the garden => enter person @garden
    email me when someone enters the garden => enter person @garden
    send me a notification when someone enters the garden => enter person @garden
    I want to know if someone enters the garden => enter person @garden
    I'd like an alert when someone enters the garden => enter person @garden
    can you tell me when someone enters the garden => enter person @garden
    someone entering the garden should trigger an alert => enter person @garden
    raise an alarm if someone enters the garden => enter person @garden
    keep an eye out for dogs in the garden => appear dog @garden
    watch for cars in the driveway => appear car @driveway
    make sure I know when someone enters the garden => enter person @garden
    detect people in the garden => appear person @garden
    report any car in the driveway => appear car @driveway
    # A subject joined by "or" and by "and".
    a cat or a dog in the garden => appear cat,dog @garden
    cats, dogs or birds in the pool => appear bird,cat,dog @pool
    cars and trucks in the driveway => appear car,truck @driveway
    a person and a dog in the garden => ? subject: a person and a dog
    a cat and a dog enter the garden => ? subject: a cat and a dog
    a person next to a car and a dog => ! next to a car and a dog
    people with dogs in the garden => near person/dog @garden
    a car/truck in the driveway => appear car,truck @driveway
    a person, a dog and a cat in the garden => ? subject: a person, a dog and a cat
    # Severity.
    critical: someone in the pool => appear person @pool critical
    urgent alert when a child enters the pool => enter person @pool critical
    someone in the pool at night, that's an emergency => appear person @pool 22:00-06:00 critical
    just log cars in the driveway => appear car @driveway info
    log only: a cat in the garden => appear cat @garden info
    only note when a car leaves the driveway => leave car @driveway info
    tell me urgently if someone falls => fall person critical
    someone falls in the garden. This is critical! => fall person @garden critical
    info only: a bird in the garden => appear bird @garden info
    with high priority: someone at the back door => appear person @back door critical
    # Sequences and relations.
    a person enters the garden after a car enters the driveway => ! after a car enters the driveway
    someone enters the garden before leaving the pool => ! before leaving the pool
    a car enters the driveway followed by a person => ! followed by
    someone walks from the pool to the garden => ! to the garden
    a person gets out of a car in the driveway => ! out of a car
    a man walking a dog in the garden => ! walking a dog
    someone riding a bike in the driveway => ! riding a bike
    `,
  ),
  ...cases(
    SHOP,
    `
    tell me about dogs at the till between 06:00 and 10:00, on the back office camera, but not at weekends => appear dog @till 06:00-10:00/mon,tue,wed,thu,fri cam:back office
    Nobody should be in the stock room at night. If somebody is, tell me. => appear person @stock room 22:00-06:00
    Keep an eye on the stock room, nobody should be in it at night. => appear person @stock room 22:00-06:00
    People at the till, weekdays. And dogs too. => ? zone: dogs
    someone at the till. Notify me on my phone and by email. => appear person @till
    alert me when someone enters the stock room after 8pm and when a bag is left unattended at the entrance => enter person @stock room 20:00-06:00; without backpack,handbag,suitcase/person @entrance 30s
    more than 3 people at the till or the entrance => appear person @till >3; appear person @entrance >3
    We sell wine. Warn me if someone takes a bottle. => removed bottle
    nobody on the shop front and back office cameras for 10 minutes => absent person 600s cam:shop front,back office
    `,
  ),
  ...cases(
    OFFICE,
    `
    no more than one person and no dogs in the lobby => ! no dogs
    anyone in the server room or the meeting room outside business hours => appear person @server room 17:00-09:00+09:00-17:00/sat,sun; appear person @meeting room 17:00-09:00+09:00-17:00/sat,sun
    people in the lobby on weekends or in the server room at night => appear person @lobby 00:00-24:00/sat,sun; appear person @server room 22:00-06:00
    Log every person in the lobby, but raise a critical alert if someone enters the server room => appear person @lobby info; enter person @server room critical
    `,
  ),
  ...cases(
    SITE,
    `
    a person without a helmet and without a vest on the scaffold => without person/helmet,vest @scaffold 30s
    Everyone must wear a helmet on the scaffold. => ! must wear
    `,
  ),
  ...cases(
    WAREHOUSE,
    `
    people or trucks crossing the yellow line => cross person,truck |yellow line any
    a truck enters the loading bay or crosses the dock line => enter truck @loading bay; cross truck |dock line any
    `,
  ),
  ...cases(
    ROAD,
    `
    cars, buses and trucks stopping on the hard shoulder => stop car,bus,truck @hard shoulder 5s
    a car or a truck stops or parks on the crossing => stop car,truck @crossing 5s; stay car,truck @crossing 30s
    `,
  ),
  ...cases(
    FARM,
    `
    if a cow or a sheep leaves the paddock or the barn => leave sheep,cow @paddock; leave sheep,cow @barn
    all animals but horses in the barn => appear bird,cat,dog,sheep,cow,elephant,bear,zebra,giraffe @barn
    `,
  ),
  ...cases(
    SCHOOL,
    `
    Running is not allowed in the corridor => speed person @corridor fast
    We are a primary school. Tell me if a car enters the playground. => enter car @playground
    `,
  ),
  ...cases(
    FLAT,
    `
    dog on sofa or bed => ? zone: bed
    the toddler is in the kitchen or the garage => appear person @kitchen; appear person @garage
    `,
  ),
  ...cases(
    PARKING,
    `
    a car in bay 12 or the disabled bay for over 2 hours => stay car @bay 12 7200s; stay car @disabled bay 7200s
    `,
  ),
];
