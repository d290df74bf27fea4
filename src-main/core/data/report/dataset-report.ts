import type { ImageSet } from '../image-set.ts';

/** The parts that a data set may bring, in the order in which their images are counted through. */
export const DATA_PARTS = ['training', 'validation', 'test'] as const;
export type DataPart = (typeof DATA_PARTS)[number];

/** What a finding is about, for programs. */
export type FindingTopic =
  | 'damaged images'
  | 'several sizes'
  | 'enlarged images'
  | 'one class'
  | 'empty classes'
  | 'similar class names'
  | 'missing classes'
  | 'same image in two parts'
  | 'same image in two classes'
  | 'repeated images'
  | 'skipped files';

/** One of the things that a finding is about: a file, a class, or an image of an array such as `training[17]`. */
export interface FoundItem {
  readonly what: string;
  /** What is wrong with it, or what it equals; null where the sentence says all. */
  readonly detail: string | null;
}

/** Something about the data that their owner should know before a network is trained on them. */
export interface DataFinding {
  readonly topic: FindingTopic;
  /** For people; says what to do where something has to be done. */
  readonly sentence: string;
  /** How many items there are; `items` may be the first of them. */
  readonly total: number;
  readonly items: readonly FoundItem[];
}

export interface SideLengths {
  readonly height: number;
  readonly width: number;
}

/** How many images have a size. */
export interface SizeCount extends SideLengths {
  readonly images: number;
}

/** What a data set holds, and what is remarkable about it. */
export interface DatasetReport {
  /** The parts that the data bring. */
  readonly parts: readonly { readonly part: DataPart; readonly images: number }[];
  /** The images of each class, in the order of `parts`. */
  readonly classes: readonly { readonly name: string; readonly images: readonly number[] }[];
  /** The shape in which all images are trained on; null where they cannot be. */
  readonly image: Pick<ImageSet, 'height' | 'width' | 'channels'> | null;
  /** The sizes of the images before they are resized, by area; the most frequent one; how many there are. */
  readonly sizes: {
    readonly smallest: SizeCount;
    readonly largest: SizeCount;
    readonly mostFrequent: SizeCount;
    readonly distinct: number;
  } | null;
  /** Images without colour; null where that was not looked at. */
  readonly grey: number | null;
  /** Bytes of all pixels as they are trained on, and of the image files where images are files of their own. */
  readonly bytes: { readonly pixels: number | null; readonly files: number | null };
  /** What was found, the gravest first. */
  readonly findings: readonly DataFinding[];
  /** How the folder was understood, where that is not obvious. */
  readonly notes: readonly string[];
  /** Why nothing can be trained on these data, in one sentence; null where it can. */
  readonly refusal: string | null;
}

/** The report with at most so many items in each finding, whose `total` still counts all. */
export function boundedReport(report: DatasetReport, most: number): DatasetReport {
  const findings = report.findings.map((finding) => ({ ...finding, items: finding.items.slice(0, most) }));
  return { ...report, findings };
}
