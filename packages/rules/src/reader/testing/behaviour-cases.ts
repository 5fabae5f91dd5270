import { type Case, cases } from './cases.js';
import {
  DASHCAM,
  FARM,
  FLAT,
  HOME,
  HOSPITAL,
  OFFICE,
  PARKING,
  ROAD,
  SCHOOL,
  SHOP,
  SITE,
  WAREHOUSE,
} from './contexts.js';

/** "Behaviours" and the table of the rule, sentence by sentence. */
export const BEHAVIOUR_CASES: readonly Case[] = [
  ...cases(
    HOME,
    `
    someone touches the vase in the garden => ! touches the vase
    someone is going to enter the garden => ! is going to enter
    the garden door is open => ! open
    # appear
    a person is seen in the garden => appear person @garden
    tell me when a dog is visible in the garden => appear dog @garden
    there is a cat in the garden => appear cat @garden
    a car is detected in the driveway => appear car @driveway
    if you see a dog in the garden tell me => appear dog @garden
    Is there anyone in the garden? => appear person @garden
    a person walking in the garden => appear person @garden
    a person pops up at the back door => appear person @back door
    # enter, leave
    a car pulls into the driveway => enter car @driveway
    someone comes into the garden => enter person @garden
    someone walks into the garden => enter person @garden
    a dog gets in the pool => enter dog @pool
    someone arrives at the front door => enter person @front door
    someone enters => enter person
    a car comes into view => enter car
    a dog enters the picture => enter dog
    a cat exits the garden => leave cat @garden
    my dog escapes from the garden => leave dog @garden
    the dog gets out of the garden => leave dog @garden
    the dog runs out of the garden => ! runs
    a car drives off => leave car
    a car drives out of the driveway => leave car @driveway
    someone goes out the back door => leave person @back door
    a person leaves => leave person
    a person goes out of view => leave person
    my cat has left the garden => leave cat @garden
    someone sneaks into the garden at night => enter person @garden 22:00-06:00
    # stay
    a car is parked in the driveway => stay car @driveway 30s
    a car parks in the driveway for 10 minutes => stay car @driveway 600s
    someone remains at the front door for 1 minute => stay person @front door 60s
    someone hanging about the back door => stay person @back door 30s
    someone lurking at the back door at night => stay person @back door 30s 22:00-06:00
    a dog has been in the pool for more than 2 minutes => stay dog @pool 120s
    a person in the garden for 5 minutes => stay person @garden 300s
    a person stays for a minute => stay person 60s
    # stop
    a car stops in the driveway => stop car @driveway 5s
    a car comes to rest in the driveway => stop car @driveway 5s
    someone stands still in the garden for 20 seconds => stop person @garden 20s
    a car is stationary in the driveway for 2 minutes => stop car @driveway 120s
    a car hasn't moved for 10 minutes => stop car 600s
    # absent
    nobody in the garden for 2 hours => absent person @garden 7200s
    the dog hasn't been seen for 3 hours => absent dog 10800s
    there is no car in the driveway => absent car @driveway 60s
    no car in the driveway for an hour => absent car @driveway 3600s
    when there's nobody in the pool => absent person @pool 60s
    the dog is not in the garden => absent dog @garden 60s
    there isn't anyone at the front door for 10 minutes => absent person @front door 600s
    no dog has been seen in the garden for a day => absent dog @garden 86400s
    no sign of the dog for an hour => absent dog 3600s
    # near, without
    a child near a car => near person/car
    a dog next to a cat in the garden => near dog/cat @garden
    someone close to my car in the driveway => near person/car @driveway
    a person with a dog in the garden => near person/dog @garden
    a person and a dog together in the garden => near person/dog @garden
    a dog without a person in the garden => without dog/person @garden 30s
    a dog in the garden without anyone for 5 minutes => without dog/person @garden 300s
    a bag without an owner at the front door => without backpack,handbag,suitcase/person @front door 30s
    an unattended suitcase at the front door => without suitcase/person @front door 30s
    an unatended suitcase at the front door => without suitcase/person @front door 30s
    an abandoned bike in the driveway => without bicycle/person @driveway 30s
    a suitcase is left alone at the front door for a minute => without suitcase/person @front door 60s
    an unattended child in the pool => ! unattended
    a child alone in the pool => ! alone
    a person near another person => ! another person
    # removed
    my bike disappears from the driveway => removed bicycle @driveway
    the bike is gone => removed bicycle
    someone steals my bike from the driveway => removed bicycle @driveway
    the potted plant goes missing from the garden => removed potted plant @garden
    my car is stolen => leave car
    my car is gone from the driveway => leave car @driveway
    the dog disappears from the garden => leave dog @garden
    the bike is missing for 10 minutes => absent bicycle 600s
    somebody takes the bench from the garden => removed bench @garden
    # fall
    someone falls down in the garden => fall person @garden
    a person has fallen over => fall person
    a person collapses at the front door => fall person @front door
    the dog falls in the pool => ! falls
    a ladder falls => ! ladder
    # speed
    a person runs in the garden => speed person @garden fast
    a dog running in the garden => speed dog @garden fast
    a car speeding in the driveway => speed car @driveway fast
    a car drives fast in the driveway => speed car @driveway fast
    a car moving slowly in the driveway => speed car @driveway slow
    a car driving slower than usual in the driveway => speed car @driveway slow
    # Vague behaviours.
    someone acting suspiciously at the back door => ! suspiciously
    someone up to no good in the garden => ! up to no good
    suspicious person at the back door => ! suspicious person
    someone behaving strangely in the garden => ! behaving strangely
    something weird in the garden => ! weird
    a fight in the garden => ! fight
    someone climbing on the car => ! climbing
    # Prohibitions warn when they are broken.
    no dogs on the driveway => appear dog @driveway
    nobody may enter the pool => enter person @pool
    nobody is allowed in the pool => appear person @pool
    no one should be in the pool after 9pm => appear person @pool 21:00-06:00
    Dogs are not allowed in the pool => appear dog @pool
    Dogs must not enter the pool => enter dog @pool
    cars mustn't park in the driveway for more than 10 minutes => stay car @driveway 600s
    no loitering at the front door => stay person @front door 30s
    No running in the pool! => speed person @pool fast
    no parking in the driveway => ? subject: parking
    it is forbidden to enter the pool => ? subject: enter
    there should never be more than 6 people in the pool => appear person @pool >6
    nobody is allowed into the pool => enter person @pool
    no entry to the pool => ? subject: no entry
    the pool is off limits => ? subject: off limits
    my bike is no longer in the driveway => removed bicycle @driveway
    a dog in the pool and nobody around => without dog/person @pool 30s
    we haven't seen the cat for 12 hours => absent cat 43200s
    a dog goes in or out of the garden => enter dog @garden; leave dog @garden
    when all the cars leave the driveway => ! all the cars
    someone walks past the front door => ? behavior: walks
    someone walks up and down the driveway => ? direction: up and down
    nobody is in the pool => absent person @pool 60s
    kids aren't allowed to run in the driveway => speed person @driveway fast
    nobody should ever be left without a person => ! without a person
    no cars parked in the driveway => stay car @driveway 30s
    `,
  ),
  ...cases(
    OFFICE,
    `
    # What is not seen is not there.
    I can't see the dog in the lobby => absent dog @lobby 60s
    no person seen in the lobby between 7:00 and 10:00 => absent person @lobby 60s 07:00-10:00
    dogs not allowed in the lobby => appear dog @lobby
    I don't want anyone in the lobby at night => appear person @lobby 22:00-06:00
    we do not want more than 3 people in the lobby => appear person @lobby >3
    I don't want dogs to trigger an alert => ! trigger an alert
    I don't want alerts about cats => ! I don't want alerts about
    stop warning me about cats => ! stop warning me about
    where is the dog => ! where is
    somebody running away from the lobby => ! running away from
    nobody at the reception desk for 2 minutes during office hours => absent person @reception desk 120s 09:00-17:00/mon,tue,wed,thu,fri
    the reception desk is left unattended for 5 min => absent person @reception desk 300s
    the reception desk is empty for 5 minutes => ? subject: empty
    nobody may be in the server room outside office hours => appear person @server room 17:00-09:00+09:00-17:00/sat,sun
    someone must always be at the reception desk => absent person @reception desk 60s
    a laptop is removed from the meeting room => removed laptop @meeting room
    a chair disappears from the lobby => removed chair @lobby
    a person leaves a bag in the lobby => ! a bag
    left luggage in the lobby => ? behavior: left
    someone breaks into the server room => enter person @server room
    `,
  ),
  ...cases(
    SHOP,
    `
    a very slow dog at the till => speed dog @till slow
    someone walks down the entrance => ? direction: down the entrance
    nobody allowed at the entrance from 20:00 to 6:00 => appear person @entrance 20:00-06:00
    a bag left behind at the entrance => without backpack,handbag,suitcase/person @entrance 30s
    the till is unattended => absent person @till 60s
    nobody serving at the till => ! serving
    someone enters the stock room and stays for 5 minutes => ! stays
    someone enters and leaves the stock room => ! leaves
    someone tries to enter the stock room => ! tries
    shoplifting at the entrance => ! shoplifting
    trespassing in the stock room => ? behavior: trespassing
    someone occupies the till => ? behavior: occupies
    `,
  ),
  ...cases(
    ROAD,
    `
    a lorry crawling in the left lane => ! crawling
    a bus that isn't moving in the bus lane => stop bus @bus lane 5s
    any vehicle except buses and taxis in the bus lane => appear bicycle,motorcycle,airplane,train,truck,boat @bus lane
    a car breaks down on the hard shoulder => stop car @hard shoulder 5s
    a truck halts on the crossing => stop truck @crossing 5s
    vehicles standing on the hard shoulder for over 2 minutes => stay bicycle,car,motorcycle,airplane,bus,train,truck,boat @hard shoulder 120s
    a car waiting on the crossing => stay car @crossing 30s
    no stopping on the hard shoulder => ? subject: stopping
    cars must not stop on the crossing => stop car @crossing 5s
    a speeding truck in the left lane => speed truck @left lane fast
    a bus crawling along in the bus lane => speed bus @bus lane slow
    a car faster than 100 km/h => ! faster than 100 km/h
    a car exceeding the speed limit in the left lane => ! speed limit
    a person runs across the stop line => ! runs
    a pedestrian walks along the hard shoulder => appear person @hard shoulder
    a car reverses on the hard shoulder => ! reverses
    a car does a U-turn on the crossing => ! does a U-turn
    a vehicle crosses the stop line without stopping => ! without stopping
    traffic jam in the left lane => ! traffic jam
    `,
  ),
  ...cases(
    PARKING,
    `
    a car left in bay 12 for over a day => stay car @bay 12 86400s
    a car in bay 12 with its engine running => ! engine
    cars driving against the traffic on the exit ramp => ? direction: against the traffic
    cars moving away from the camera on the exit ramp => move car @exit ramp away
    someone parks in the disabled bay => ? subject: parks
    the car in bay 12 leaves => leave car @bay 12
    a car goes up the entry ramp => ? direction: up the entry ramp
    `,
  ),
  ...cases(
    SITE,
    `
    worker with helmet but no vest => ! no vest
    nobody may enter the cutting area without a helmet => without person/helmet @cutting area 30s
    people without vests on the scaffold => without person/vest @scaffold 30s
    someone wearing a helmet in the cutting area => near person/helmet @cutting area
    a worker falls off the scaffold => ! off the scaffold
    someone crosses the exclusion line => cross person |exclusion line any
    `,
  ),
  ...cases(
    FARM,
    `
    a cow lies down in the barn => ! lies
    a sheep breaks out of the paddock => leave sheep @paddock
    no animals in the barn => appear bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe @barn
    a horse gallops in the paddock => speed horse @paddock fast
    an animal is giving birth in the barn => ! giving birth
    a sick cow in the barn => ! sick cow
    `,
  ),
  ...cases(
    FLAT,
    `
    a child climbs out of the kitchen => leave person @kitchen
    the baby wakes up => ! wakes
    the oven is on => ! on
    a dog jumps on the sofa => ! jumps
    No dogs on the sofa => appear dog @sofa
    `,
  ),
  ...cases(
    SCHOOL,
    `
    bullying in the playground => ! bullying
    a kid falls over in the playground => fall person @playground
    a bike is taken from the bike rack => removed bicycle @bike rack
    kids fighting in the corridor => ! fighting
    the corridor is deserted => absent person @corridor 60s
    `,
  ),
  ...cases(
    WAREHOUSE,
    `
    a person too close to a truck in the loading bay => near person/truck @loading bay
    a truck without a driver in the loading bay for 10 minutes => without truck/person @loading bay 600s
    someone passes the yellow line => cross person |yellow line any
    a spill in aisle 3 => ! spill
    a truck blocking the loading bay => ? behavior: blocking
    `,
  ),
  ...cases(
    HOSPITAL,
    `
    a patient is lying on the floor in ward 3 => ! lying
    a bed without a patient in ward 3 => without bed/person @ward 3 30s
    a patient leaves ward 3 at night => leave person @ward 3 22:00-06:00
    `,
  ),
  ...cases(
    DASHCAM,
    `
    a pothole disappears => removed pothole
    no potholes in the left lane => appear pothole @left lane
    `,
  ),
];
