import type { KnownDataset } from './known-dataset.ts';

interface MedMnistRow {
  readonly title: string;
  /** Images to train, to validate and to test on. */
  readonly counts: readonly [training: number, validation: number, test: number];
  readonly channels: number;
  readonly licence: string;
  readonly bytes: number;
  readonly md5: string;
  readonly classNames: readonly string[];
}

/** Zenodo's record of MedMNIST 3.0. Its files are named after the data sets. */
const RECORD = 'https://zenodo.org/records/10519652/files';

/** The three sets of organs are axial, coronal and sagittal cuts through the same ones. */
const ORGANS = [
  'bladder',
  'femur-left',
  'femur-right',
  'heart',
  'kidney-left',
  'kidney-right',
  'liver',
  'lung-left',
  'lung-right',
  'pancreas',
  'spleen',
];

function medMnist({ title, counts, channels, licence, bytes, md5, classNames }: MedMnistRow): KnownDataset {
  const name = title.toLowerCase();
  const [training, validation, test] = counts;
  const file = `${name}.npz`;
  return {
    name,
    title,
    images: { training, validation, test, height: 28, width: 28, channels, classes: classNames.length },
    licence,
    homepage: 'https://medmnist.com',
    folder: name,
    files: [
      {
        name: file,
        bytes,
        addresses: [`${RECORD}/${file}?download=1`],
        checksums: [{ algorithm: 'md5', value: md5, publishedIn: "MedMNIST's medmnist/info.py" }],
      },
    ],
    unpacking: null,
    options: { kind: 'npz' },
    path: file,
    classNames,
  };
}

/**
 * MedMNIST's data sets of 28 x 28 images with one label each (Yang et al. 2023), as its own medmnist/info.py lists them. The
 * sizes are about right, apart from PathMNIST's, which is exact.
 */
export const MEDMNIST: readonly KnownDataset[] = [
  medMnist({
    title: 'PathMNIST',
    counts: [89_996, 10_004, 7_180],
    channels: 3,
    licence: 'CC BY 4.0',
    bytes: 205_615_438,
    md5: 'a8b06965200029087d5bd730944a56c1',
    classNames: [
      'adipose',
      'background',
      'debris',
      'lymphocytes',
      'mucus',
      'smooth muscle',
      'normal colon mucosa',
      'cancer-associated stroma',
      'colorectal adenocarcinoma epithelium',
    ],
  }),
  medMnist({
    title: 'DermaMNIST',
    counts: [7_007, 1_003, 2_005],
    channels: 3,
    licence: 'CC BY-NC 4.0',
    bytes: 19_700_000,
    md5: '0744692d530f8e62ec473284d019b0c7',
    classNames: [
      'actinic keratoses and intraepithelial carcinoma',
      'basal cell carcinoma',
      'benign keratosis-like lesions',
      'dermatofibroma',
      'melanoma',
      'melanocytic nevi',
      'vascular lesions',
    ],
  }),
  medMnist({
    title: 'OCTMNIST',
    counts: [97_477, 10_832, 1_000],
    channels: 1,
    licence: 'CC BY 4.0',
    bytes: 54_900_000,
    md5: 'c68d92d5b585d8d81f7112f81e2d0842',
    classNames: ['choroidal neovascularization', 'diabetic macular edema', 'drusen', 'normal'],
  }),
  medMnist({
    title: 'PneumoniaMNIST',
    counts: [4_708, 524, 624],
    channels: 1,
    licence: 'CC BY 4.0',
    bytes: 4_200_000,
    md5: '28209eda62fecd6e6a2d98b1501bb15f',
    classNames: ['normal', 'pneumonia'],
  }),
  medMnist({
    title: 'RetinaMNIST',
    counts: [1_080, 120, 400],
    channels: 3,
    licence: 'CC BY 4.0',
    bytes: 3_300_000,
    md5: 'bd4c0672f1bba3e3a89f0e4e876791e4',
    classNames: ['0', '1', '2', '3', '4'],
  }),
  medMnist({
    title: 'BreastMNIST',
    counts: [546, 78, 156],
    channels: 1,
    licence: 'CC BY 4.0',
    bytes: 560_000,
    md5: '750601b1f35ba3300ea97c75c52ff8f6',
    classNames: ['malignant', 'normal, benign'],
  }),
  medMnist({
    title: 'BloodMNIST',
    counts: [11_959, 1_712, 3_421],
    channels: 3,
    licence: 'CC BY 4.0',
    bytes: 35_500_000,
    md5: '7053d0359d879ad8a5505303e11de1dc',
    classNames: [
      'basophil',
      'eosinophil',
      'erythroblast',
      'immature granulocytes(myelocytes, metamyelocytes and promyelocytes)',
      'lymphocyte',
      'monocyte',
      'neutrophil',
      'platelet',
    ],
  }),
  medMnist({
    title: 'TissueMNIST',
    counts: [165_466, 23_640, 47_280],
    channels: 1,
    licence: 'CC BY 4.0',
    bytes: 125_000_000,
    md5: 'ebe78ee8b05294063de985d821c1c34b',
    classNames: [
      'Collecting Duct, Connecting Tubule',
      'Distal Convoluted Tubule',
      'Glomerular endothelial cells',
      'Interstitial endothelial cells',
      'Leukocytes',
      'Podocytes',
      'Proximal Tubule Segments',
      'Thick Ascending Limb',
    ],
  }),
  medMnist({
    title: 'OrganAMNIST',
    counts: [34_561, 6_491, 17_778],
    channels: 1,
    licence: 'CC BY 4.0',
    bytes: 38_000_000,
    md5: '68e3f8846a6bd62f0c9bf841c0d9eacc',
    classNames: ORGANS,
  }),
  medMnist({
    title: 'OrganCMNIST',
    counts: [12_975, 2_392, 8_216],
    channels: 1,
    licence: 'CC BY 4.0',
    bytes: 15_500_000,
    md5: 'b9ceb9546e10131b32923c5bbeaea2b1',
    classNames: ORGANS,
  }),
  medMnist({
    title: 'OrganSMNIST',
    counts: [13_932, 2_452, 8_827],
    channels: 1,
    licence: 'CC BY 4.0',
    bytes: 16_500_000,
    md5: '9ab87b696fb54e2a387ebe992d6ed5f1',
    classNames: ORGANS,
  }),
];
