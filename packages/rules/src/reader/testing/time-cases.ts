import { type Case, cases } from './cases.js';
import { FARM, FLAT, HOME, OFFICE, PARKING, ROAD, SCHOOL, SHOP, WAREHOUSE } from './contexts.js';

/** "Time" and the named times, sentence by sentence. */
export const TIME_CASES: readonly Case[] = [
  ...cases(
    HOME,
    `
    # Days that are excepted, and whose hours they are.
    guest in the garden every day but Wednesday => appear person @garden 00:00-24:00/mon,tue,thu,fri,sat,sun
    person in garden every day exept sunday from 13:00 to 14:00 => appear person @garden 13:00-14:00/mon,tue,wed,thu,fri,sat
    person in garden except sunday from 13:00 to 14:00 => ? time: except sunday from 13:00 to 14:00
    someone in the garden every night but saturday => appear person @garden 22:00-06:00/mon,tue,wed,thu,fri,sun
    someone in the garden: sat & sun all day, mon-fri after 6pm => appear person @garden 00:00-24:00/sat,sun+18:00-06:00/mon,tue,wed,thu,fri
    person back door night => appear person @back door 22:00-06:00
    We are closed on Mondays. Tell me if someone enters the garden. => ? time: closed on Mondays
    someone in the garden from 9 to 5 => ? time: 9 to 5
    Nobody is to enter the garden between 7pm and 7am => enter person @garden 19:00-07:00
    # "after T" is T to 06:00 for T from 12:00 on, and after midnight too.
    someone in the garden after 10pm => appear person @garden 22:00-06:00
    someone in the garden after 22:30 => appear person @garden 22:30-06:00
    someone in the garden after midnight => appear person @garden 00:00-06:00
    someone in the garden after 1am => appear person @garden 01:00-06:00
    someone in the garden after noon => appear person @garden 12:00-06:00
    someone in the garden after 8 in the evening => appear person @garden 20:00-06:00
    someone in the garden past 11 pm => appear person @garden 23:00-06:00
    someone in the garden from 9pm onwards => appear person @garden 21:00-06:00
    someone in the garden from 20:00 on => appear person @garden 20:00-06:00
    someone in the garden later than 23:00 => appear person @garden 23:00-06:00
    someone in the garden after 9 => ? time: after 9
    someone in the garden after 25:00 => ? time: 25:00
    someone in the garden after 13pm => ? time: 13pm
    # "before T" is 00:00 to T.
    someone in the garden before 6am => appear person @garden 00:00-06:00
    someone in the garden before 7:30 => appear person @garden 00:00-07:30
    someone in the garden before noon => appear person @garden 00:00-12:00
    someone in the garden before 5 in the morning => appear person @garden 00:00-05:00
    someone in the garden until 6:00 => appear person @garden 00:00-06:00
    someone in the garden before 8 => ? time: before 8
    # "between a and b" as said; 24-hour clock.
    someone in the garden between 22:00 and 6:00 => appear person @garden 22:00-06:00
    someone in the garden between 20 and 23 => appear person @garden 20:00-23:00
    someone in the garden from 9 to 17 => appear person @garden 09:00-17:00
    someone in the garden between 8:00 and 9:30 => appear person @garden 08:00-09:30
    someone in the garden 22h-6h => appear person @garden 22:00-06:00
    someone in the garden from 18h30 to 22h => appear person @garden 18:30-22:00
    someone in the garden 9pm-6am => appear person @garden 21:00-06:00
    someone in the garden from 9pm to 6am => appear person @garden 21:00-06:00
    someone in the garden between 11pm and 5am => appear person @garden 23:00-05:00
    someone in the garden 2200-0600 => appear person @garden 22:00-06:00
    someone in the garden between midnight and 5am => appear person @garden 00:00-05:00
    someone in the garden between 10pm and midnight => appear person @garden 22:00-24:00
    someone in the garden from noon to 2pm => appear person @garden 12:00-14:00
    someone in the garden from half past nine in the evening to six in the morning => appear person @garden 21:30-06:00
    # am/pm at a range's end serves both ends if that gives a range.
    someone in the garden between 8 and 10 pm => appear person @garden 20:00-22:00
    someone in the garden from 1 to 5 in the morning => appear person @garden 01:00-05:00
    someone in the garden from 2 to 4 in the afternoon => appear person @garden 14:00-16:00
    someone in the garden between 9 and 11am => appear person @garden 09:00-11:00
    someone in the garden between 9 and 5pm => ? time: between 9 and 5pm
    someone in the garden between 9 and 5 => ? time: between 9 and 5
    someone in the garden from 10 to 6 => ? time: from 10 to 6
    someone in the garden at 3am => ? time: at 3am
    someone in the garden around 5pm => ? time: around 5pm
    # Named parts of the day.
    someone in the garden at night => appear person @garden 22:00-06:00
    someone in the garden during the night => appear person @garden 22:00-06:00
    someone in the garden overnight => appear person @garden 22:00-06:00
    someone in the garden during the day => appear person @garden 06:00-22:00
    someone in the garden in the daytime => appear person @garden 06:00-22:00
    someone in the garden in the morning => appear person @garden 06:00-12:00
    someone in the garden in the afternoon => appear person @garden 12:00-18:00
    someone in the garden in the evening => appear person @garden 18:00-22:00
    someone in the garden every night => appear person @garden 22:00-06:00
    someone in the garden, evenings only => appear person @garden 18:00-22:00
    only at night: someone in the garden => appear person @garden 22:00-06:00
    At night, alert me if someone is in the garden => appear person @garden 22:00-06:00
    # Days.
    someone in the garden on weekdays => appear person @garden 00:00-24:00/mon,tue,wed,thu,fri
    someone in the garden at the weekend => appear person @garden 00:00-24:00/sat,sun
    someone in the garden on Sundays => appear person @garden 00:00-24:00/sun
    someone in the garden every Monday and Wednesday => appear person @garden 00:00-24:00/mon,wed
    someone in the garden Mon-Fri => appear person @garden 00:00-24:00/mon,tue,wed,thu,fri
    someone in the garden on Mon, Wed and Fri => appear person @garden 00:00-24:00/mon,wed,fri
    someone in the garden from Friday to Sunday => appear person @garden 00:00-24:00/fri,sat,sun
    someone in the garden every day => appear person @garden
    someone in the garden at any time => appear person @garden
    someone in the garden 24/7 => appear person @garden
    someone in the garden on weekend nights => appear person @garden 22:00-06:00/sat,sun
    someone in the garden Friday nights => appear person @garden 22:00-06:00/fri
    someone in the garden on weekdays between 9:00 and 17:00 => appear person @garden 09:00-17:00/mon,tue,wed,thu,fri
    someone in the garden between 9:00 and 17:00 on weekdays => appear person @garden 09:00-17:00/mon,tue,wed,thu,fri
    someone in the garden on Saturdays after 8pm => appear person @garden 20:00-06:00/sat
    someone in the garden on Saturday and Sunday mornings => appear person @garden 06:00-12:00/sat,sun
    someone in the garden at night on weekdays => appear person @garden 22:00-06:00/mon,tue,wed,thu,fri
    the sun shines on the driveway => ! sun shines
    someone sat in the garden => ! sat
    # Exceptions of days and hours.
    someone in the garden except on Sundays => appear person @garden 00:00-24:00/mon,tue,wed,thu,fri,sat
    someone in the garden but not on weekends => appear person @garden 00:00-24:00/mon,tue,wed,thu,fri
    someone in the garden at night, but not on Fridays => appear person @garden 22:00-06:00/mon,tue,wed,thu,sat,sun
    someone in the garden except between 12:00 and 13:00 => appear person @garden 13:00-12:00
    someone in the garden, not during the day => appear person @garden 22:00-06:00
    someone in the garden on weekdays except between 12:00 and 13:00 => appear person @garden 00:00-12:00/mon,tue,wed,thu,fri+13:00-24:00/mon,tue,wed,thu,fri
    someone in the garden outside 9:00 to 17:00 => appear person @garden 17:00-09:00
    someone in the garden every day except Monday => appear person @garden 00:00-24:00/tue,wed,thu,fri,sat,sun
    # Times nobody told; one-offs.
    someone in the garden after dark => ? time: after dark
    someone in the garden when it's dark => ? time: when it's dark
    someone in the garden between sunset and sunrise => ? time: sunset
    someone in the garden while we're away => ? time: while we're away
    someone in the garden when I'm asleep => ? time: when I'm asleep
    someone in the garden when nobody is home => ? time: when nobody is home
    someone in the garden at lunchtime => ? time: lunchtime
    someone in the garden at bedtime => ? time: bedtime
    someone in the garden late at night => ? time: late at night
    someone in the garden tonight => ! tonight
    someone in the garden tomorrow morning => ! tomorrow morning
    someone in the garden on 24 December => ! 24 December
    someone in the garden on Christmas Eve => ! Christmas Eve
    someone in the garden this weekend => ! this weekend
    someone in the garden next Friday => ! next Friday
    someone in the garden in July => ! July
    someone in the garden on the 3rd of May => ! 3rd of May
    someone in the garden for the next two hours => ! next two hours
    someone in the garden during the summer => ! summer
    # Contradictions.
    someone in the garden on Mondays on Tuesdays => ? time: Tuesdays
    someone in the garden in the morning after 8pm => ? time: in the morning after 8pm
    # Combined.
    someone in the garden at night between 1 and 4 => appear person @garden 01:00-04:00
    someone in the garden before 7am or after 9pm => appear person @garden 00:00-07:00+21:00-06:00
    someone in the garden after 9pm and before 6am => appear person @garden 21:00-06:00
    someone in the garden between 6am and 8am and between 6pm and 8pm => appear person @garden 06:00-08:00+18:00-20:00
    if it's after 10pm and someone is in the garden, tell me => appear person @garden 22:00-06:00
    someone in the garden from Friday 18:00 to Monday 6:00 => appear person @garden 18:00-24:00/fri+00:00-24:00/sat,sun+00:00-06:00/mon
    someone is in the garden all night => ? duration: all night
    all night, tell me when someone is in the garden => appear person @garden 22:00-06:00
    someone in the garden nights and weekends => appear person @garden 22:00-06:00+00:00-24:00/sat,sun
    someone in the garden on Mondays and at night => ? time: on Mondays and at night
    someone in the garden before 7 am and after 7 pm on weekdays => appear person @garden 00:00-07:00/mon,tue,wed,thu,fri+19:00-06:00/mon,tue,wed,thu,fri
    someone in the garden 5 minutes before closing time => ? time: 5 minutes before closing time
    someone in the garden from 6 pm till late => ? time: till late
    someone in the garden, but only on weekdays => appear person @garden 00:00-24:00/mon,tue,wed,thu,fri
    a car is parked in the driveway all night => ? duration: all night
    `,
  ),
  ...cases(
    OFFICE,
    `
    someone in the lobby out of business hours => appear person @lobby 17:00-09:00+09:00-17:00/sat,sun
    at most once every quarter of an hour tell me about people in the lobby => appear person @lobby cool:900
    someone in the server room outside office hours and on weekends => appear person @server room 17:00-09:00+09:00-17:00/sat,sun+00:00-24:00/sat,sun
    someone in the server room outside 9:00-17:00 => appear person @server room 17:00-09:00
    someone in the server room on any day except sunday => appear person @server room 00:00-24:00/mon,tue,wed,thu,fri,sat
    someone in the server room Mon-Fri 9-17 except Wed => appear person @server room 09:00-17:00/mon,tue,thu,fri
    if it is night and someone is in the lobby, tell me => appear person @lobby 22:00-06:00
    someone in the server room 9-5 => ? time: 9-5
    someone in the lobby on weekdays at night and all day on weekends => appear person @lobby 22:00-06:00/mon,tue,wed,thu,fri+00:00-24:00/sat,sun
    someone in the lobby 5 minutes after 10pm => ? time: 5 minutes after 10pm
    someone in the server room outside business hours => appear person @server room 17:00-09:00+09:00-17:00/sat,sun
    someone in the server room during working hours => appear person @server room 09:00-17:00/mon,tue,wed,thu,fri
    someone in the server room in office hours => appear person @server room 09:00-17:00/mon,tue,wed,thu,fri
    someone in the server room not during business hours => appear person @server room 17:00-09:00+09:00-17:00/sat,sun
    someone in the server room after hours => ? time: after hours
    someone in the server room out of hours => ? time: out of hours
    someone in the server room during visiting hours => ? time: visiting hours
    someone in the lobby when the office is closed => ? time: when the office is closed
    someone in the lobby on bank holidays => ? time: bank holidays
    someone in the meeting room over lunch => ? time: over lunch
    `,
  ),
  ...cases(
    SHOP,
    `
    anyone in the stock room after closing time => ? time: after closing time
    anyone at the entrance outside opening hours => ? time: opening hours
    anyone in the stock room before we open => ? time: before we open
    two people at the till during the lunch break => ? time: lunch break
    Mon-Sat 9am-6pm: nobody at the till for 3 minutes => absent person @till 180s 09:00-18:00/mon,tue,wed,thu,fri,sat
    `,
  ),
  ...cases(
    SCHOOL,
    `
    a car in the playground during school hours => ? time: school hours
    someone in the playground at weekends => appear person @playground 00:00-24:00/sat,sun
    someone in the playground on school days => appear person @playground 00:00-24:00/mon,tue,wed,thu,fri
    someone in the corridor during lessons => ? time: lessons
    someone in the playground during the holidays => ? time: holidays
    `,
  ),
  ...cases(
    ROAD,
    `
    a car stops in the bus lane between 7 and 9:30 => stop car @bus lane 5s 07:00-09:30
    cars in the bus lane during rush hour => ? time: rush hour
    a truck in the left lane from 6:00 to 10:00 and from 15:00 to 19:00, Monday to Friday => appear truck @left lane 06:00-10:00/mon,tue,wed,thu,fri+15:00-19:00/mon,tue,wed,thu,fri
    `,
  ),
  ...cases(
    PARKING,
    `
    a car in bay 12 overnight => appear car @bay 12 22:00-06:00
    a car on the exit ramp from 11 pm until 5 am => appear car @exit ramp 23:00-05:00
    `,
  ),
  ...cases(
    FARM,
    `
    a person in the barn from dusk till dawn => ? time: dusk
    cows in the paddock after nightfall => ? time: nightfall
    someone in the barn mornings and evenings => appear person @barn 06:00-12:00+18:00-22:00
    `,
  ),
  ...cases(
    WAREHOUSE,
    `
    someone in the cold store during the night shift => ? time: night shift
    a truck in the loading bay between 12 and 1pm => appear truck @loading bay 12:00-13:00
    a truck in the loading bay between 7 am and 11 => appear truck @loading bay 07:00-11:00
    `,
  ),
  ...cases(
    FLAT,
    `
    a cat in the kitchen from 9 in the evening until 7 in the morning => appear cat @kitchen 21:00-07:00
    `,
  ),
];
