/** Words of the closed classes: where one stands, no noun phrase goes on. */

const FUNCTION_WORDS = new Set(
  [
    'a an the this that these those my our your his her its their some any every each all no not never none',
    'i we you he she it they me us him them who whom whose which what',
    'and or but nor so yet if when whenever while whilst unless until till because since as than though although where wherever whether once',
    'in on at by for from of off to into onto out over under near with without within through across along around about between behind beside besides before after during past toward towards upon via per inside outside above below beneath beyond against among opposite except excluding',
    "is are was were be been being am do does did has have had having will would shall should can could may might must 's",
    'there here then now again also too only just still already please either neither both',
  ].flatMap((list) => list.split(' ')),
);

export function isFunctionWord(word: string): boolean {
  return FUNCTION_WORDS.has(word);
}

export function functionWords(): ReadonlySet<string> {
  return FUNCTION_WORDS;
}
