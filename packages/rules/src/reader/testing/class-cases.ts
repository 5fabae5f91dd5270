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

/** "Words for classes", sentence by sentence. */
export const CLASS_CASES: readonly Case[] = [
  ...cases(
    HOME,
    `
    # Animals and machines that people are called after.
    a whale in the pool => ! whale
    an ostrich in the garden => ! ostrich
    a printer in the garden => ! printer
    a bricklayer in the garden => appear person @garden
    # Everyday words whose only class below them is another thing.
    someone without gloves in the garden => ! without gloves
    a bat in the garden => ! bat
    # A table of synonyms first.
    someone in the garden => appear person @garden
    Anybody at the front door => appear person @front door
    pedestrian on the driveway => appear person @driveway
    warn me if an intruder enters the garden => enter person @garden
    tell me when the kids are in the pool => appear person @pool
    a puppy in the pool => appear dog @pool
    kitten on the driveway => appear cat @driveway
    alert me when there's a bag at the front door => appear backpack,handbag,suitcase @front door
    a bike on the driveway => appear bicycle @driveway
    Any vehicle in the driveway after midnight => appear bicycle,car,motorcycle,airplane,bus,train,truck,boat @driveway 00:00-06:00
    let me know if any animal gets into the pool => enter bird,cat,dog,horse,sheep,cow,elephant,bear,zebra,giraffe @pool
    pets in the pool => appear cat,dog @pool
    pet on the driveway => appear cat,dog @driveway
    a fox in the garden => ! fox
    tell me when a goat walks into the garden => ! goat
    a deer in the garden at night => ! deer
    a squirrel by the back door => ! squirrel
    postman at the front door => appear person @front door
    delivery driver at the front door => appear person @front door
    a labrador in the garden => appear dog @garden
    warn me when a toddler enters the pool => enter person @pool
    woman at the back door => appear person @back door
    a burglar at the back door at night => appear person @back door 22:00-06:00
    the plumber enters the garden => enter person @garden
    a motorbike in the driveway => appear motorcycle @driveway
    sofa in the driveway => appear couch @driveway
    the telly is gone => removed tv
    a mobile phone in the garden => appear cell phone @garden
    a white van in the driveway => ! white van
    a big dog in the garden => ! big dog
    a stranger at the front door => ! stranger
    my wife at the front door => ! my wife
    my neighbour in the driveway => ! neighbour
    the neighbour's cat in the garden => ! neighbour's cat
    my mother-in-law at the front door => ! mother-in-law
    a man in a red hoodie at the back door => ! red hoodie
    a person wearing a mask at the back door => ! wearing a mask
    someone with a hat in the driveway => ! hat
    an unknown person at the front door => ! unknown
    someone else's dog in the garden => ! someone else's dog
    someone who is not my husband at the back door => ! my husband
    my car leaves the driveway => leave car @driveway
    our cat enters our garden => enter cat @garden
    my kids in the pool => appear person @pool
    her dog in the garden => ! her dog
    loitering at the back door => stay person @back door 30s
    running in the driveway => speed person @driveway fast
    falling in the garden => fall person @garden
    parking in the driveway => ? subject: parking
    enters the garden => ? subject: enters
    crossing the front gate => ? subject: crossing
    it stays in the pool for 5 minutes => ? subject: it
    warn me if they enter the garden => ? subject: they
    stopping in the driveway => ? subject: stopping
    anything in the garden at night => appear * @garden 22:00-06:00
    something moves to the left in the driveway => move * @driveway left
    a parcel at the front door => ! parcel
    a drone over the garden => ! drone
    a poodle or a tabby in the garden => appear cat,dog @garden
    an old lady falls in the garden => ! old lady
    a blonde woman at the front door => ! blonde
    the same person at the front door => ! same person
    a barking dog in the garden => ! barking dog
    a dog barking in the garden => ! barking
    someone smoking in the garden => ! smoking
    an angry man at the front door => ! angry man
    a naked person in the garden => ! naked
    two-wheeler in the driveway => appear bicycle,motorcycle @driveway
    a moped on the driveway => appear motorcycle @driveway
    an ambulance in the driveway => appear car @driveway
    Bob enters the garden => ! Bob
    when a thief is at the back door => appear person @back door
    a seagull by the pool => appear bird @pool
    `,
  ),
  ...cases(
    WAREHOUSE,
    `
    forklift driver in aisle 3 => appear person @aisle 3
    a pallet in aisle 3 => ! pallet
    a worker in the cold store => appear person @cold store
    the forklift crosses the yellow line => ! forklift
    lorries in the loading bay => appear truck @loading bay
    a pickup truck enters the loading bay => enter truck @loading bay
    van in the loading bay for more than 20 minutes => stay truck @loading bay 1200s
    employees in the cold store for longer than 15 min => stay person @cold store 900s
    a heavy truck in the loading bay => ! heavy truck
    box on the floor of aisle 3 => ! box
    `,
  ),
  ...cases(
    FARM,
    `
    a lamb leaves the paddock => leave sheep @paddock
    a calf in the barn => appear cow @barn
    a foal gets out of the paddock => leave horse @paddock
    a wolf near the chicken coop => ! wolf
    hens out of the chicken coop => ! out of the chicken coop
    any livestock in the barn => appear horse,sheep,cow @barn
    cattle at the water trough => appear cow @water trough
    a pig in the barn => ! pig
    a tractor in the field => ! tractor
    a bull enters the barn => enter cow @barn
    a pony crosses the cattle grid => cross horse |cattle grid any
    a pigeon in the barn => appear bird @barn
    `,
  ),
  ...cases(
    SITE,
    `
    people with neither helmet nor vest on the scaffold => without person/helmet,vest @scaffold 30s
    worker in the cutting area => appear person @cutting area
    someone without a vest at the site entrance => without person/vest @site entrance 30s
    a person without a helmet or a vest on the scaffold => without person/helmet,vest @scaffold 30s
    workers not wearing a helmet in the cutting area => without person/helmet @cutting area 30s
    a person with no helmet on the scaffold => without person/helmet @scaffold 30s
    a truck at the site entrance => ! truck
    dog on the scaffold => ! dog
    anyone without gloves in the cutting area => ! without gloves
    a helmet on the scaffold => appear helmet @scaffold
    a vehicle at the site entrance => ! vehicle
    `,
  ),
  ...cases(
    DASHCAM,
    `
    a pothole in the left lane => appear pothole @left lane
    cracks on the shoulder => appear crack @shoulder
    pot hole or crack in the right lane => appear crack,pothole @right lane
    someone falls in the left lane => ! someone
    loitering in the left lane => ! loitering
    animals in the right lane => ! animals
    a deep pothole in the left lane => ! deep pothole
    anything in the left lane => appear * @left lane
    `,
  ),
  ...cases(
    FLAT,
    `
    a cat on the sofa => appear cat @sofa
    child in the kitchen without an adult => ! without an adult
    a toddler near the oven in the kitchen => near person/oven @kitchen
    baby next to the stairs => ? zone: stairs
    the tv is stolen => removed tv
    a mouse in the kitchen => appear mouse @kitchen
    the potted plant is taken from the kitchen => removed potted plant @kitchen
    a dog on the bed => ? zone: bed
    wheelchair in the kitchen => ! wheelchair
    person in a wheelchair in the kitchen => ! wheelchair
    `,
  ),
  ...cases(
    OFFICE,
    `
    one of the dogs leaves the lobby => leave dog @lobby
    all the dogs leave the lobby => ! all the dogs
    alert me about all dogs that enter the lobby => enter dog @lobby
    a visitor in the server room => appear person @server room
    the cleaner is in the server room => appear person @server room
    unauthorised person in the server room => ! unauthorised
    an employee without a badge in the lobby => ! badge
    someone carrying a laptop in the lobby => ! carrying
    a person with a laptop in the lobby => near person/laptop @lobby
    the reception desk is unmanned => absent person @reception desk 60s
    unmanned reception desk for more than 10 minutes => absent person @reception desk 600s
    the security guard leaves the lobby => leave person @lobby
    `,
  ),
  ...cases(
    HOSPITAL,
    `
    a patient falls in ward 3 => fall person @ward 3
    a nurse in the pharmacy => appear person @pharmacy
    a patient collapses => fall person
    someone in ward 4 => ? zone: ward 4
    a doctor runs on corridor A => speed person fast cam:corridor A
    `,
  ),
  ...cases(
    SCHOOL,
    `
    pupils running in the corridor => speed person @corridor fast
    an adult in the playground => appear person @playground
    a cyclist in the playground => appear person @playground
    teenagers hanging around the bike rack => stay person @bike rack 30s
    a student falls in the canteen => fall person @canteen
    skateboarders in the corridor => appear person @corridor
    a drunk person in the playground => ! drunk person
    `,
  ),
  ...cases(
    ROAD,
    `
    a school bus stops in the bus lane => ! school bus
    a double decker stops in the bus lane => stop bus @bus lane 5s
    a taxi in the bus lane => appear car @bus lane
    tractor on the hard shoulder => ! tractor
    coach on the hard shoulder => appear bus @hard shoulder
    a motorcyclist in the bus lane => appear person @bus lane
    a tram in the left lane => ! tram
    a broken down car on the hard shoulder => stop car @hard shoulder 5s
    stationary vehicles in the left lane => stop bicycle,car,motorcycle,airplane,bus,train,truck,boat @left lane 5s
    an accident in the left lane => ! accident
    debris in the left lane => ! debris
    `,
  ),
  ...cases(
    PARKING,
    `
    # What a vehicle is used for, or by whom, no picture tells.
    a police car on the exit ramp => ! police car
    a delivery van in bay 12 => ! delivery van
    a police dog on the exit ramp => ! police dog
    a police officer on the exit ramp => appear person @exit ramp
    a car that is not ours in bay 12 => ! not ours
    anybody but me in bay 12 => ! but me
    an SUV in the disabled bay => appear car @disabled bay
    a Tesla in bay 12 => ! Tesla
    an electric car in bay 12 => ! electric car
    a car with its lights on in bay 12 => ! lights
    a car parked across two bays => ? zone: two bays
    trolley in bay 12 => ! trolley
    `,
  ),
  ...cases(
    SHOP,
    `
    a shoplifter in the stock room => appear person @stock room
    customers at the till => appear person @till
    somebody steals a bottle => removed bottle
    the manager enters the stock room => ! manager
    staff only in the stock room => ! staff
    `,
  ),
];
