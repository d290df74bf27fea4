import { AppError, badRequest } from '../../errors.ts';

const PARTS = ['training', 'validation', 'test'] as const;
const CONTENTS = ['images', 'labels'] as const;
type Slot = `${(typeof PARTS)[number]} ${(typeof CONTENTS)[number]}`;

/** The words by which names of arrays tell what is in them, as in `x_train`, `val_images`, `X_TEST`, `test-labels` or `trainX`. */
const WORDS: Readonly<Record<string, (typeof PARTS)[number] | (typeof CONTENTS)[number]>> = {
  ...{ train: 'training', training: 'training', val: 'validation', valid: 'validation', validation: 'validation' },
  ...{ test: 'test', testing: 'test', x: 'images', image: 'images', images: 'images', img: 'images', imgs: 'images' },
  ...{ data: 'images', y: 'labels', label: 'labels', labels: 'labels', target: 'labels', targets: 'labels' },
};

/** The ways to name the arrays of a file that most files follow: Keras' and MedMNIST's. */
const STYLES: readonly Readonly<Record<Slot, string>>[] = [
  {
    ...{ 'training images': 'x_train', 'training labels': 'y_train' },
    ...{ 'validation images': 'x_val', 'validation labels': 'y_val' },
    ...{ 'test images': 'x_test', 'test labels': 'y_test' },
  },
  {
    ...{ 'training images': 'train_images', 'training labels': 'train_labels' },
    ...{ 'validation images': 'val_images', 'validation labels': 'val_labels' },
    ...{ 'test images': 'test_images', 'test labels': 'test_labels' },
  },
];

export interface PartNames {
  readonly images: string;
  readonly labels: string;
}

/** The arrays of each part by their names. */
export interface NpzNames {
  readonly training: PartNames;
  readonly test: PartNames;
  /** Null where the file brings no validation images with labels. */
  readonly validation: PartNames | null;
}

function slotOf(name: string): Slot | null {
  const words = name
    .replace(/^([xy])(?=train|test|val)/i, '$1_')
    .replace(/([a-z])([A-Z])/g, '$1_$2')
    .toLowerCase()
    .split(/[^a-z]+/)
    .map((word) => WORDS[word]);
  const part = PARTS.find((one) => words.includes(one));
  const content = CONTENTS.find((one) => words.includes(one));
  return words.length === 2 && part !== undefined && content !== undefined ? `${part} ${content}` : null;
}

/** Finds the arrays of an .npz file by their names. Throws one sentence that says which are needed and which are there. */
export function npzNames(path: string, names: readonly string[]): NpzNames {
  const nameOf = (slot: Slot): string | null => {
    const usual = STYLES.map((style) => style[slot]).find((name) => names.includes(name));
    if (usual !== undefined) return usual;
    const found = names.filter((name) => slotOf(name) === slot);
    if (found.length > 1)
      throw badRequest(`${path} holds ${found.join(' and ')}: only one of them can be the ${slot}.`);
    return found[0] ?? null;
  };
  const needed = (slot: Slot): string => nameOf(slot) ?? missing(path, names, slot);
  const partOf = (part: 'training' | 'test'): PartNames => ({
    images: needed(`${part} images`),
    labels: needed(`${part} labels`),
  });
  const [images, labels] = [nameOf('validation images'), nameOf('validation labels')];
  const validation = images === null || labels === null ? null : { images, labels };
  return { training: partOf('training'), test: partOf('test'), validation };
}

function missing(path: string, names: readonly string[], slot: Slot): never {
  const style = STYLES.find((one) => names.some((name) => Object.values(one).includes(name))) ?? STYLES[0];
  const isSlot = (one: Slot): boolean => !one.startsWith('validation');
  const wanted = STYLES.map((one) => {
    const words = (Object.keys(one) as Slot[]).filter(isSlot).map((key) => one[key]);
    return `${words.slice(0, -1).join(', ')} and ${words.at(-1)}`;
  });
  throw new AppError(
    'not-found',
    `${path} holds no array ${style[slot]}: ${wanted[0]} are needed, or ${wanted[1]}, but it has ${names.join(', ') || 'none'}.`,
  );
}
