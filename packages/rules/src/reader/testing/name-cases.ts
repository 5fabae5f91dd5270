import { type Case, cases } from './cases.js';
import { FARM, FLAT, HOME, HOSPITAL, KEYWORDS, OFFICE, PARKING, ROAD, SCHOOL, SHOP, WAREHOUSE } from './contexts.js';

/** "Names" of zones, lines and cameras, and directions, sentence by sentence. */
export const NAME_CASES: readonly Case[] = [
  ...cases(
    HOME,
    `
    someone steps over the front gate going left => ? direction: left
    anybody in the west wing => ? zone: west wing
    # Names match whatever their case, hyphens, spaces and articles.
    someone in the Back-Door => appear person @back door
    dog in the drive way => appear dog @driveway
    SOMEONE AT THE FRONT DOOR => appear person @front door
    someone at frontdoor => appear person @front door
    cat in garden => appear cat @garden
    person in "the pool" => appear person @pool
    anyone at the Front  Door? => appear person @front door
    # Another number or word is another name.
    someone at the side door => ? zone: side door
    dog in the back garden => ? zone: back garden
    a person in the garden shed => ? zone: garden shed
    someone hangs around the shed at night => ? zone: shed
    car on the lower driveway => ? zone: lower driveway
    someone near the pool house => ? zone: pool house
    # A name that is part of several zones' names.
    someone at the door => ? zone: door
    # A place that is no zone but a camera is that camera.
    a dog in the yard => appear dog cam:yard
    person in the hall for 2 minutes => stay person 120s cam:hall
    someone on the yard camera => appear person cam:yard
    cat on camera hall => appear cat cam:hall
    nobody on the hall cam for an hour => absent person 3600s cam:hall
    tell me if nobody is in the hall for an hour => absent person 3600s cam:hall
    person on the yard and hall cameras => appear person cam:yard,hall
    person on the yard camera or the hall camera => appear person cam:yard,hall
    a person on any camera => appear person
    a dog on all cameras => appear dog
    dog in the garden on the yard camera => appear dog @garden cam:yard
    someone on the street camera => ? camera: street camera
    on the yard camera, alert me when a dog shows up => appear dog cam:yard
    yard camera: person => appear person cam:yard
    dog in the garden, yard camera only => appear dog @garden cam:yard
    dog in the garden or on the yard camera => appear dog @garden; appear dog cam:yard
    dog in the garden or the hall at night => appear dog @garden 22:00-06:00; appear dog 22:00-06:00 cam:hall
    dog in the garden and on the yard camera => ? zone: in the garden and on the yard camera
    nobody in the garden or the hall => ? zone: in the garden or the hall
    dog on the garden and hall cameras => ? camera: garden
    any camera but the yard: a dog => appear dog cam:hall
    Tell me about dogs in the garden. Not on the hall camera. => appear dog @garden cam:yard
    person on camera 3 => ? camera: camera 3
    if camera 3 sees a person => ? camera: camera 3
    nobody seen on the yard and hall cameras for 10 minutes => absent person 600s cam:yard,hall
    # A second place that is no name.
    someone enters the garden or the shed => ? zone: shed
    watch the pool for kids => appear person @pool
    keep an eye on the garden and shout if the dog isn't there for 20 mins => absent dog @garden 1200s
    a person in the garage => ? zone: garage
    someone in the house at night => ? zone: house
    a dog in the living room => ? zone: living room
    person on the roof => ? zone: roof
    someone outside => ? zone: outside
    somebody in there => ? zone: there
    a person on my property => ? zone: property
    someone behind the garden => ? zone: behind the garden
    # A unique near miss is corrected.
    someone in the gardn => appear person @garden
    a persn at the front door => appear person @front door
    sombody at the back door => appear person @back door
    a dog in the droveway => appear dog @driveway
    warn me if a vehcile entres the driveway => enter bicycle,car,motorcycle,airplane,bus,train,truck,boat @driveway
    someone crosses the frnt gate => cross person |front gate any
    someone lotering at the back door => stay person @back door 30s
    a cta in the garden => appear cat @garden
    a person in the poll => ? zone: poll
    a cart in the driveway => ! cart
    a horde in the garden => ! horde
    # A unique line; crossing what is no line.
    someone crosses the front gate => cross person |front gate any
    person crossing the gate => ? line: gate
    a person crosses the wall => ? line: wall
    a person crosses the driveway => ? line: driveway
    someone steps over the front gate => cross person |front gate any
    a car passes through the front gate => cross car |front gate any
    a dog jumps over the front gate => ! jumps over
    somebody climbs over the front gate at night => ! climbs over
    somebody steps over the front gate at night => cross person |front gate any 22:00-06:00
    a person at the front gate => ? zone: front gate
    car driving through the front gate => cross car |front gate any
    the front gate is crossed by a car => cross car |front gate any
    the front gate is crossed => ? subject: crossed
    someone crosses the line => ? line: line
    # Directions.
    someone crosses the front gate inwards => ? direction: inwards
    a car crosses the front gate northbound => ? direction: northbound
    person crosses the front gate in the forward direction => cross person |front gate forward
    a car crosses the front gate backwards => cross car |front gate backward
    a car crosses the front gate in either direction => cross car |front gate any
    someone crosses the front gate from left to right => ? direction: from left to right
    someone crosses the front gate going out => ? direction: going out
    someone enters through the front gate => ? direction: enters through the front gate
    a person walks north on the driveway => ? direction: north
    a car moves to the right in the driveway => move car @driveway right
    a person walks left to right on the yard camera => move person right cam:yard
    a dog moves up in the garden => move dog @garden up
    someone walking away from the camera in the driveway => move person @driveway away
    a person coming towards the camera => move person toward
    a person approaches the camera => move person toward
    someone walking towards the back door => ? direction: towards the back door
    a car moving in the driveway => ? direction: moving
    a person walks downhill => ? direction: downhill
    someone approaches the front door => ? behavior: approaches
    a car turns left in the driveway => move car @driveway left
    `,
  ),
  ...cases(
    WAREHOUSE,
    `
    person in aisle 3a => ? zone: aisle 3a
    person steps across the line => ? line: the line
    person crosses the red line => ? line: red line
    person in aisle 3 or 4 => ? zone: 4
    someone in aisle 4 => ? zone: aisle 4
    someone in aisle three => appear person @aisle 3
    person in Aisle-3 => appear person @aisle 3
    truck in the loading area => ? zone: loading area
    person in the cold storage => ? zone: cold storage
    a person crosses the line => ? line: line
    a person crosses the red line => ? line: red line
    a person in aisle 32 => ? zone: aisle 32
    people on the warehouse north camera => appear person cam:warehouse north
    person in warehouse south => appear person cam:warehouse south
    person in the warehouse => ? camera: warehouse
    a person in the bay => ? zone: bay
    a truck in loading bay 2 => ? zone: loading bay 2
    person in the aisle => ? zone: aisle
    person crosses the yellow line outwards => ? direction: outwards
    somebody crossing either the yellow line or the dock line => cross person |yellow line any; cross person |dock line any
    a person crossing the yellow line going forward => cross person |yellow line forward
    a person crossing the yellow line northwards forward => ! forward
    someone crosses the yellow line into the cold store => ? direction: into the cold store
    a truck crosses the dock line, forward direction => cross truck |dock line forward
    `,
  ),
  ...cases(
    PARKING,
    `
    a bus leaves bay 12 or bay 13 => ? zone: bay 13
    car on level 1 and 2 => appear car cam:level 1,level 2
    car in bays 12 and 13 => ? zone: bays 12 and 13
    car driving the wrong way up the exit ramp => ? direction: the wrong way
    a car in bay 13 => ? zone: bay 13
    a car in Bay-12 for over an hour => stay car @bay 12 3600s
    a truck on the ramp => ? zone: ramp
    cars on level 1 => appear car cam:level 1
    cars on level 3 => ? camera: level 3
    a person on level 2 at night => appear person 22:00-06:00 cam:level 2
    a car crosses the barrier the wrong way => ? direction: wrong way
    a motorbike passes the barrier => cross motorcycle |barrier any
    a car drives over the barrier => cross car |barrier any
    `,
  ),
  ...cases(
    SHOP,
    `
    till unattended for 5 minutes => absent person @till 300s
    till 5 pm someone in the stock room => appear person @stock room 00:00-17:00
    from 9:00 till 17:30 someone in the stock room => appear person @stock room 09:00-17:30
    someone waits at the till till 18:00 => stay person @till 30s 00:00-18:00
    a person smoking in the smoking area => ! smoking
    someone in the shop front => appear person cam:shop front
    people on the back office camera => appear person cam:back office
    anyone in the office => ? camera: office
    `,
  ),
  ...cases(
    ROAD,
    `
    person on camera A40 south => ? camera: camera A40 south
    a car crosses the entry line => ? line: entry line
    someone passes the stop line going out => ? direction: going out
    car going north in the left lane => ? direction: north
    a slow car in the left lane => speed car @left lane slow
    a truck stops or goes unusually slowly in the left lane => stop truck @left lane 5s; speed truck @left lane slow
    person on the crossing => appear person @crossing
    someone crossing the stop line => cross person |stop line any
    a bus stops on the crossing => stop bus @crossing 5s
    a car on the bridge => appear car cam:bridge
    a truck crosses the stop line in the forward direction => cross truck |stop line forward
    cars in the right lane => ? zone: right lane
    a person at the bus stop => ? zone: bus stop
    `,
  ),
  ...cases(
    SCHOOL,
    `
    kids on the front camera => appear person cam:front
    someone in front of the canteen => ? zone: in front of the canteen
    a bicycle falls in the playground => ! falls
    a person at the back => appear person cam:back
    `,
  ),
  ...cases(
    FARM,
    `
    cows on the barn cam => appear cow cam:barn cam
    cow in the barn => appear cow @barn
    sheep in the field => appear sheep cam:field
    a cow crosses the cattle grid => cross cow |cattle grid any
    a fox enters the coop => ! fox
    `,
  ),
  ...cases(
    OFFICE,
    `
    a person on the lobby cam => appear person cam:lobby cam
    a person on the lobby camera => appear person cam:lobby cam
    a person in the lobby => appear person @lobby
    a car in the car park => appear car cam:car park
    someone in the room => ? zone: room
    a person at the desk => ? zone: desk
    someone passes the turnstile => cross person |turnstile any
    `,
  ),
  ...cases(
    KEYWORDS,
    `
    # Names that are words of the language.
    someone in stay for 2 minutes => stay person @stay 120s
    a dog enters the person zone => enter dog @person
    a car in the night zone at night => ! at night
    someone stays in the crossing for a minute => stay person @crossing 60s
    a person crosses cross => cross person |cross any
    a car drives into the crossing => enter car @crossing
    a person on the drive => appear person cam:drive
    a person in front of the crossing => ? zone: in front of the crossing
    a person at night on the front camera => appear person @night cam:front
    `,
  ),
  ...cases(
    FLAT,
    `
    someone in the lounge => appear person cam:lounge
    a child near the sofa => appear person @sofa
    my cat leaves the kitchen => leave cat @kitchen
    dog on the couch => ? zone: couch
    `,
  ),
  ...cases(
    HOSPITAL,
    `
    a person in corridor A => appear person cam:corridor A
    someone in the corridor => ? camera: corridor
    anyone through the fire door at night => cross person |fire door any 22:00-06:00
    a bed in the waiting room => appear bed @waiting room
    `,
  ),
];
