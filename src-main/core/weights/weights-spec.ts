import { z } from 'zod';

/** Whose names and axes a file of weights may have: torchvision's, timm's, or this program's own. */
export const NAME_CONVENTIONS = ['torchvision', 'timm', 'lab'] as const;
export type NameConvention = (typeof NAME_CONVENTIONS)[number];

const choices = {
  /** Whose names the file has; default: what its names say. */
  names: z.enum(NAME_CONVENTIONS).optional(),
  /**
   * Whether the classifier at the end is drawn anew by the seed, or is the file's. It is new unless a spec asks for the file's: a
   * classifier knows its classes by number alone, so nothing in a file shows that they are the classes of the data.
   */
  head: z.enum(['new', 'keep']).default('new'),
};

interface Choices {
  readonly names?: NameConvention | undefined;
  readonly head: 'new' | 'keep';
}

/** The weights that a run begins with: a file, one that was added under a name, or those of a finished run. */
export type WeightsSpec = Choices & ({ readonly path: string } | { readonly name: string } | { readonly run: string });

const source = z.string().min(1).optional();

export const weightsSchema = z
  .strictObject(
    { path: source, name: source, run: source, ...choices },
    'must be an object, such as {"path": "resnet18.safetensors"}',
  )
  .refine(
    ({ path, name, run }) => [path, name, run].filter((one) => one !== undefined).length === 1,
    'needs one of "path", "name" and "run"',
  )
  .transform(({ path, name, run = '', ...others }): WeightsSpec => {
    if (path !== undefined) return { path, ...others };
    return name === undefined ? { run, ...others } : { name, ...others };
  });

/** The path that the spec names; null for a name or a run. */
export function weightsPath(weights: WeightsSpec | undefined): string | null {
  return weights !== undefined && 'path' in weights ? weights.path : null;
}

/** The source in a few words: the path, the name, or "run 5f2c". */
export function weightsWords(weights: WeightsSpec): string {
  if ('path' in weights) return weights.path;
  return 'name' in weights ? weights.name : `run ${weights.run}`;
}

/** What a run begins with: "resnet18, with a new head". */
export function weightsStart(weights: WeightsSpec | undefined): string {
  if (weights === undefined) return 'drawn from the seed';
  return `${weightsWords(weights)}, ${weights.head === 'keep' ? 'with its head' : 'with a new head'}`;
}

/** As version 0.1.0 read it: a file with exactly the network's variables. */
const FIRST_CHOICES = { names: 'lab', head: 'keep' } as const;

/** JSON of a spec in which version 0.1.0 said "initialWeights", as it says it now; other JSON stays as it is. */
export function withoutFirstKey<Json>(json: Json): Json {
  if (typeof json !== 'object' || json === null || 'weights' in json || !('initialWeights' in json)) return json;
  const { initialWeights: path, ...others } = json;
  const weights = typeof path === 'string' ? { path, ...FIRST_CHOICES } : path;
  return { ...others, weights } as unknown as Json;
}

/** The spec as version 0.1.0 wrote it, where it can say the same: hashes of specs that it made are over that. */
export function withFirstKey<Spec extends { readonly weights?: WeightsSpec | undefined }>(spec: Spec) {
  const { weights, ...others } = spec;
  const isFirst = weights?.names === FIRST_CHOICES.names && weights.head === FIRST_CHOICES.head && 'path' in weights;
  return isFirst ? { ...others, initialWeights: weights.path } : spec;
}
