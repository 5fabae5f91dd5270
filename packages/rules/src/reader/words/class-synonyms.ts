/**
 * Nouns for classes. A model may name its classes otherwise; only those it has count. `same` means the class itself; `kind` is a kind, breed,
 * age or sex of it, whose widening the user is told.
 */

/** The items of a list with commas between them. */
function list(items: string): readonly string[] {
  return items.split(',').map((item) => item.trim().replace(/\s+/g, ' '));
}

/** Words that mean the class itself. */
export const SAME: Readonly<Record<string, readonly string[]>> = {
  person: list(`
    person, someone, somebody, anyone, anybody, everyone, everybody, human, human being, people, folk, ppl, persons, individual, body, peeps,
    whoever
  `),
  bicycle: list('bicycle, bike, cycle, push bike, pushbike, pedal bike'),
  car: list('car, auto, automobile, motorcar, motor car'),
  motorcycle: list('motorcycle, motorbike, motor bike, motor cycle'),
  airplane: list('airplane, aeroplane, plane, aircraft'),
  truck: ['truck', 'lorry', 'motortruck'],
  boat: ['boat'],
  couch: ['couch', 'sofa', 'settee'],
  tv: list('tv, television, telly, tv set, television set, tele'),
  'cell phone': list(`
    cell phone, cellphone, mobile phone, mobile, smartphone, phone, cell, smart phone, cellular phone
  `),
  refrigerator: ['refrigerator', 'fridge'],
  donut: ['donut', 'doughnut'],
  'hair drier': list('hair drier, hair dryer, hairdryer, hairdrier, blow dryer'),
  'potted plant': list('potted plant, pot plant, houseplant, house plant, plant'),
  remote: ['remote', 'remote control'],
  laptop: ['laptop', 'laptop computer', 'notebook computer'],
  backpack: list('backpack, rucksack, knapsack, back pack'),
  handbag: ['handbag', 'purse', 'hand bag'],
  suitcase: ['suitcase', 'suit case'],
  'sports ball': ['sports ball', 'ball'],
  'dining table': ['dining table', 'table'],
  cow: ['cow', 'cattle'],
  mouse: ['mouse', 'computer mouse'],
  'teddy bear': ['teddy bear', 'teddy'],
  'traffic light': ['traffic light', 'traffic signal'],
  'fire hydrant': ['fire hydrant', 'hydrant'],
  microwave: ['microwave', 'microwave oven'],
  dog: list('dog, doggy, doggie, pooch, hound, canine friend'),
  cat: list('cat, kitty, moggy, pussycat, pussy cat'),
  horse: ['horse'],
  helmet: ['helmet', 'safety helmet'],
  'hard hat': ['hard hat', 'hardhat'],
  vest: list('vest, safety vest, hi vis vest, hi vis, high vis vest, high visibility vest'),
  pothole: ['pothole', 'pot hole'],
  'license plate': list('license plate, licence plate, number plate, numberplate'),
  'stop sign': ['stop sign'],
};

/** Words for a kind, breed, age or sex of a class. */
export const KINDS: Readonly<Record<string, readonly string[]>> = {
  person: list(`
    man, woman, child, kid, boy, girl, baby, infant, toddler, teenager, teen, youngster, youth, adult, grown up, grownup, guy, bloke, chap, lad,
    lady, gentleman, dude, gal, fella, fellow, minor, adolescent, pensioner, senior, pedestrian, passer by, passerby, intruder, burglar, thief,
    trespasser, robber, prowler, vandal, shoplifter, loiterer, looter, worker, employee, staff member, member of staff, crew member, customer,
    client, shopper, visitor, guest, caller, driver, cyclist, bicyclist, biker, rider, motorcyclist, motorist, passenger, patient, nurse,
    doctor, student, pupil, schoolchild, schoolkid, school kid, teacher, owner, operator, cashier, receptionist, guard, security guard, janitor,
    cleaner, courier, postman, postwoman, mailman, mail carrier, delivery driver, delivery man, delivery person, delivery guy, delivery boy,
    delivery woman, construction worker, warehouse worker, builder, farmer, farmhand, farm worker, farm hand, swimmer, cook, conductor, butcher, waiter, pilot, diver, hunter, angler, fisherman, sailor, surfer, skipper, chef, clerk, trainer, beggar, referee, member, runner, jogger, hiker,
    walker, skier, skater, skateboarder, police officer, policeman, policewoman, cop, officer, firefighter, fireman, paramedic, soldier,
    attendant, member of the public, human being, resident, tenant, lodger, engineer, technician, mechanic, plumber, electrician, painter,
    gardener, labourer, laborer, contractor, carer, caregiver, babysitter, lifeguard, bather, spectator, tourist, traveller, traveler,
    commuter, bystander, onlooker, citizen, homo sapiens, truck driver, lorry driver, bus driver, taxi driver, van driver, car driver, forklift
    driver, forklift operator, dog walker, shop assistant, sales assistant, salesperson, crossing guard, site worker, office worker, factory
    worker, road worker, maintenance worker, hospital worker, old man, old woman, elderly person
  `),
  dog: list(`
    puppy, pup, bitch, mutt, mongrel, guard dog, sheepdog, lab, labrador, retriever, golden retriever, german shepherd, alsatian, collie,
    terrier, poodle, beagle, rottweiler, husky, dachshund, spaniel, pug, corgi, pitbull, pit bull, greyhound, guide dog, lapdog, labradoodle,
    cockapoo
  `),
  cat: list('kitten, tomcat, tom cat, tabby, siamese, siamese cat'),
  horse: list('pony, mare, stallion, foal, colt, filly, gelding, racehorse, yearling, steed'),
  cow: list('bull, calf, heifer, ox, steer, bullock, dairy cow, milk cow'),
  sheep: ['lamb', 'ewe', 'ram'],
  bird: list(`
    chicken, hen, rooster, cockerel, chick, duck, duckling, goose, pigeon, seagull, gull, crow, magpie, sparrow, robin, blackbird, hawk, eagle,
    owl, swan, turkey, parrot, heron, raven, pheasant, starling, buzzard, falcon, fowl, poultry
  `),
  bear: list('grizzly, grizzly bear, polar bear, black bear, brown bear, bear cub'),
  bus: list('coach, minibus, double decker, omnibus, motorbus'),
  car: list(`
    taxi, cab, sedan, saloon, suv, hatchback, estate car, station wagon, convertible, jeep, limousine, limo, sports car, minivan
  `),
  truck: list(`
    pickup, pick up, pickup truck, pick up truck, van, hgv, dump truck, dumper truck, garbage truck, rubbish
    truck, fire engine, fire truck, tow truck, tanker truck, articulated lorry, artic, semi, big rig, eighteen wheeler, juggernaut, refuse
    truck, bin lorry, cement truck, cement mixer truck, truckload
  `),
  motorcycle: ['moped', 'dirt bike', 'trail bike'],
  bicycle: list('mountain bike, ebike, e bike, electric bike, racing bike, road bike, tandem, bmx'),
  boat: list(`
    rowing boat, rowboat, sailing boat, sailboat, motorboat, motor boat, speedboat, canoe, kayak, dinghy, lifeboat, rubber boat
  `),
  airplane: list('jet, airliner, jumbo jet, jumbo, biplane, propeller plane, jet plane'),
  chair: list(`
    armchair, rocking chair, highchair, high chair, folding chair, office chair, desk chair, deckchair, deck chair
  `),
  cup: list('mug, teacup, coffee cup, coffee mug'),
  bottle: ['beer bottle', 'wine bottle', 'water bottle'],
  couch: ['love seat', 'loveseat', 'sofa bed'],
  laptop: ['macbook', 'chromebook'],
  'cell phone': ['iphone'],
  'sports ball': list('football, basketball, tennis ball, soccer ball, baseball, volleyball, golf ball'),
  'dining table': ['kitchen table', 'dinner table'],
};

/** Words for several classes. */
export const GROUPS: Readonly<Record<string, readonly string[]>> = {
  bag: ['backpack', 'handbag', 'suitcase'],
  luggage: ['backpack', 'handbag', 'suitcase'],
  baggage: ['backpack', 'handbag', 'suitcase'],
  vehicle: list('bicycle, car, motorcycle, airplane, bus, train, truck, boat'),
  pet: ['cat', 'dog'],
  livestock: ['horse', 'sheep', 'cow'],
  'farm animal': ['horse', 'sheep', 'cow'],
  'two wheeler': ['bicycle', 'motorcycle'],
  'motor vehicle': list('car, motorcycle, bus, truck'),
};

/** Any class at all. */
export const ANY_CLASS: readonly string[] = list('something, anything, everything, thing, object, item');

/** Words that WordNet puts below a class though no camera model would, or whose everyday sense is another. */
export const NOT_BELOW: ReadonlySet<string> = new Set(
  list(`
    lower, stick, trundle, barge, lookout, viewer, wheelchair, electric chair, wheel chair, skateboard, surfboard, ski, sled, sledge, scooter,
    black, white, blonde, blond, redhead, brunette, native, foreigner, snow, block, plug, monitor, screen, display, tank, cruiser, crane,
    digger, excavator, tractor, forklift, fork lift, bulldozer, trailer, caravan, cart, trolley, pram, stroller, pushchair, buggy, star, model,
    figure, face, hand, head, shadow, stranger, unknown, suspect, subject, party, character, name, number, second, minute, match, light, sign,
    signal, glove, mitt, bat, glass, board, meter, clothing, clothes, garment, jar, jug, mannequin, zombie, loader, hauler, transporter, charger, blower, dryer, rest, other, others, animal lover, helicopter, drone, ambulance driver
  `),
);

/** Before a class they say whose it is or what for, which no picture tells: "police car", "delivery van". Of people it is an occupation. */
export const SERVICES: ReadonlySet<string> = new Set(
  list(
    'police, patrol, squad, school, delivery, company, mail, post, staff, security, army, military, rental, hire, getaway, customer',
  ),
);

/** People by what they are to the user, and identities: no camera model knows them. */
export const RELATIONS: ReadonlySet<string> = new Set(
  list(`
    wife, husband, spouse, partner, brother, sister, sibling, mother, father, mum, mom, mummy, mommy, dad, daddy, son, daughter, parent,
    grandma, grandpa, granny, gran, nan, grandmother, grandfather, grandson, granddaughter, grandchild, grandparent, uncle, aunt, auntie, aunty,
    nephew, niece, cousin, boyfriend, girlfriend, fiance, fiancee, ex, friend, mate, buddy, pal, neighbour, neighbor, colleague, coworker, co
    worker, boss, manager, landlord, landlady, roommate, flatmate, housemate, stranger, acquaintance, family, family member, relative, in law,
    mother in law, father in law, stepson, stepdaughter, enemy, twin, foreigner, suspect, criminal, celebrity, outsider, insider, nobody we
    know, someone else, somebody else, anyone else, anybody else, someone i know, ex wife, ex husband
  `),
);
