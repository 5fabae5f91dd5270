import { type Case, cases } from './cases.js';
import { FARM, HOME, OFFICE, PARKING, ROAD, SCHOOL, SHOP, WAREHOUSE } from './contexts.js';

/** "Numbers": counts, lengths of time and cooldowns, sentence by sentence. */
export const NUMBER_CASES: readonly Case[] = [
  ...cases(
    SHOP,
    `
    someone at the till for 5 to 10 minutes => ? duration: 5 to 10 minutes
    someone at the till; max 1 alert/hour => appear person @till cool:3600
    more than 3 cars/hour at the entrance => ! /hour
    # "more/longer than N s" is at least N s.
    someone waits at the till for more than 30 s => stay person @till 30s
    someone stands at the till longer than 2 minutes => stay person @till 120s
    someone waits at the till for at least 45 seconds => stay person @till 45s
    someone waits at the till for over a minute => stay person @till 60s
    someone waits at the till for 90 secs => stay person @till 90s
    someone waits at the till for half an hour => stay person @till 1800s
    someone waits at the till for a quarter of an hour => stay person @till 900s
    someone waits at the till for one and a half minutes => stay person @till 90s
    someone waits at the till for 2 minutes and 30 seconds => stay person @till 150s
    someone waits at the till for 2.5 minutes => stay person @till 150s
    someone waits at the till for 1h30 => stay person @till 5400s
    someone waits at the till for an hour and a half => stay person @till 5400s
    someone waits at the till for twenty-five seconds => stay person @till 25s
    someone waits at the till for 5+ minutes => stay person @till 300s
    someone waits at the till for 5 minutes or longer => stay person @till 300s
    someone waits at the till for a minimum of 3 mins => stay person @till 180s
    someone waits at the till 10 min => stay person @till 600s
    someone has been at the till for ten minutes => stay person @till 600s
    someone spends more than 5 minutes at the till => stay person @till 300s
    someone waits at the till for about 5 minutes => stay person @till 300s
    someone waits at the till => stay person @till 30s
    someone loiters at the entrance => stay person @entrance 30s
    someone lingers at the entrance for 2 hrs => stay person @entrance 7200s
    # A bare number is at least so many.
    two people at the till => appear person @till >=2
    3 customers at the till => appear person @till >=3
    at least 3 people at the till => appear person @till >=3
    three or more people at the till => appear person @till >=3
    5+ people at the entrance => appear person @entrance >=5
    more than five people at the entrance at once => appear person @entrance >5
    over 10 people at the entrance at the same time => appear person @entrance >10
    a dozen people at the entrance => appear person @entrance >=12
    exactly two people at the till => appear person @till ==2
    when fewer than 2 people are at the till => appear person @till <2
    warn me when less than three people are at the till => appear person @till <3
    no fewer than 4 people at the till => appear person @till >=4
    more than one person in the stock room => appear person @stock room >1
    more than 20 people in view => appear person >20
    minimum 3 people at the till => appear person @till >=3
    at least two people waiting at the till for 5 minutes => stay person @till 300s >=2
    more than 4 people waiting at the till => stay person @till 30s >4
    a pair of people in the stock room => appear person @stock room >=2
    # Vague amounts.
    several people at the till => ? count: several
    too many people at the entrance => ? count: too many
    a lot of people at the entrance => ? count: a lot of
    a few people at the till => ? count: a few
    a couple of people in the stock room => ? count: couple
    a group of people at the entrance => ? count: group
    a crowd at the entrance => ? count: crowd
    a queue at the till => ? count: queue
    many customers at the till => ? count: many
    people gathering at the entrance => ? count: gathering
    people queueing at the till => ? count: queueing
    the entrance is crowded => ? count: crowded
    more than five people gather at the entrance => appear person @entrance >5
    two or three people at the till => ? count: two or three
    # A vague duration.
    someone waits at the till for too long => ? duration: too long
    someone loiters at the entrance for a while => ? duration: a while
    someone stands at the till for a long time => ? duration: a long time
    someone waits at the till for several minutes => ? duration: several minutes
    someone waits at the till for a few minutes => ? duration: a few minutes
    someone loiters at the entrance longer than usual => ? duration: longer than usual
    # Shorter, rates, sequences, sizes, metres and km/h.
    someone stays at the till for less than 10 seconds => ! less than 10 seconds
    someone is at the till for under a minute => ! under a minute
    someone leaves the entrance within 5 seconds => ! within 5 seconds
    more than 50 people per hour at the entrance => ! per hour
    20 people an hour cross the door line => ! an hour
    someone enters the stock room twice => ! twice
    someone enters the stock room three times => ! three times
    someone enters the stock room and then leaves => ! then
    someone picks up a bottle and leaves => ! picks up
    a truck longer than 12 m at the entrance => ! longer than 12 m
    a truck at the entrance for longer than 12 m => stay truck @entrance 720s
    a person taller than 2 metres at the entrance => ! taller than 2 metres
    someone within 2 metres of the till => ! within 2 metres
    between 2 and 5 people at the till => ! between 2 and 5
    # count is refused with the others.
    two people enter the stock room => ! two
    more than 3 people cross the door line => ! more than 3
    two people fall at the entrance => ! two
    three people leave the stock room => ! three
    # Cooldown.
    someone at the till, at most one alert per 10 minutes => appear person @till cool:600
    someone at the till, no more than one alert every half hour => appear person @till cool:1800
    someone at the till, max one alert per hour => appear person @till cool:3600
    someone at the till, but don't alert me more than once an hour => appear person @till cool:3600
    someone at the till, at most once every 5 min => appear person @till cool:300
    someone at the till with a cooldown of 2 minutes => appear person @till cool:120
    someone at the till, only one alert per day => appear person @till cool:86400
    At most one alert every 15 minutes: someone in the stock room => appear person @stock room cool:900
    alert me at most once per hour when someone is in the stock room => appear person @stock room cool:3600
    someone in the stock room. At most one alert per hour. => appear person @stock room cool:3600
    someone at the till, wait 10 minutes between alerts => appear person @till cool:600
    someone at the till, 30 seconds cooldown => appear person @till cool:30
    `,
  ),
  ...cases(
    PARKING,
    `
    there's loads of cars on the exit ramp => ? count: loads of
    too many cars on the exit ramp => ? count: too many
    a car standing in bay 12 since more than 15 minutes => stay car @bay 12 900s
    a car parked in bay 12 for more than 2 hours => stay car @bay 12 7200s
    cars may park in the disabled bay for at most 10 minutes => stay car @disabled bay 600s
    max 10 minutes parking in bay 12 => ! max 10 minutes
    a car parked in bay 12 for two days => stay car @bay 12 172800s
    more than 20 cars on level 1 => appear car >20 cam:level 1
    at most 5 cars on the entry ramp => appear car @entry ramp >5
    warn me when at most 5 cars are on the entry ramp => appear car @entry ramp <=5
    a car doing 50 mph on the entry ramp => ! 50 mph
    a car going too fast on the entry ramp => speed car @entry ramp fast
    a car within 5 m of the barrier => ! within 5 m
    more than 3 cars or trucks on the entry ramp => appear car,truck @entry ramp >3
    2 cars or 3 motorcycles on the exit ramp => appear car @exit ramp >=2; appear motorcycle @exit ramp >=3
    `,
  ),
  ...cases(
    OFFICE,
    `
    a group of 5 people in the lobby => appear person @lobby >=5
    queue of more than 4 people in the lobby => appear person @lobby >4
    long queue at the reception desk => ? count: long queue
    fewer than 3 people in the lobby for 10 minutes => ! for 10 minutes
    max 3 people in the meeting room => appear person @meeting room >3
    no more than 5 people in the meeting room => appear person @meeting room >5
    only 4 people are allowed in the meeting room => appear person @meeting room >4
    at least one person must be at the reception desk => appear person @reception desk <1
    more than 2 people near a laptop in the meeting room => near person/laptop @meeting room >2
    a person near two laptops => ! two
    no one at the reception desk for five minutes => absent person @reception desk 300s
    nobody at the reception desk => absent person @reception desk 60s
    `,
  ),
  ...cases(
    SCHOOL,
    `
    more than 2 kids running in the corridor => speed person @corridor fast >2
    at least 3 pupils walking towards the camera => move person toward >=3
    no more than 10 kids in the canteen => appear person @canteen >10
    when no more than 10 kids are in the canteen => appear person @canteen <=10
    `,
  ),
  ...cases(
    FARM,
    `
    fewer than 5 cows in the paddock => appear cow @paddock <5
    tell me if fewer than 5 cows are in the paddock => appear cow @paddock <5
    no cows at the water trough for 3 hours => absent cow @water trough 10800s
    `,
  ),
  ...cases(
    ROAD,
    `
    3 trucks stop on the hard shoulder => stop truck @hard shoulder 5s >=3
    more than five vehicles per minute across the stop line => ! per minute
    a car stops on the crossing for 10 s => stop car @crossing 10s
    2+ buses in the bus lane for a minute => stay bus @bus lane 60s >=2
    `,
  ),
  ...cases(
    WAREHOUSE,
    `
    a truck in the loading bay for a maximum of 20 minutes => ! a maximum of 20 minutes
    a person near a truck for 20 s => near person/truck 20s
    3 people in the cold store for half a minute => stay person @cold store 30s >=3
    hourly report of trucks in the loading bay => ! hourly
    `,
  ),
  ...cases(
    HOME,
    `
    car parked in the driveway > 20 min => stay car @driveway 1200s
    more than a handful of people in the pool => ? count: a handful
    # How many the subject is, said after it.
    peoples are more than 10 in the pool => appear person @pool >10
    people in the pool should not exceed 3 => appear person @pool >3
    the number of people in the pool exceeds 5 => appear person @pool >5
    the number of people in the pool => ? count: the number of
    person at pool >= 3 => appear person @pool >=3
    a car is more than 10 minutes in the driveway => stay car @driveway 600s
    a big group of kids in the pool => ? count: big group
    2 dogs and 3 cats in the garden => ! 2 dogs and 3 cats
    two dogs or a cat in the garden => appear dog @garden >=2; appear cat @garden
    one person in the pool => appear person @pool >=1
    only one person in the pool => ? behavior: only one person
    zero people in the pool => absent person @pool 60s
    `,
  ),
];
