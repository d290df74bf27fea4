/** A long work of the program that owns the home, as pages and terminals show it. */
export interface WorkRecord {
  readonly id: string;
  /** What is done: "Reading the images of flowers". */
  readonly title: string;
  /** What is done of it now, in words: "1,200 of 4,000 images are decoded"; null where there is nothing to add. */
  readonly detail: string | null;
  /** The share that is done, from 0 to 1; null where it is not known. */
  readonly share: number | null;
  /** Milliseconds since 1970. */
  readonly startedAt: number;
  readonly canCancel: boolean;
  /** The run that it is for; null where it is for none. */
  readonly runId: string | null;
}

/** What a work tells of itself while it lasts. */
export type WorkNews = Partial<Pick<WorkRecord, 'title' | 'detail' | 'share'>>;

/** Work that is done within this time (ms) is not worth a word. */
export const NOTICED_MS = 400;

/** What is left is estimated once this much is done, and this many seconds have passed. */
const LEAST_SHARE = 0.02;
const LEAST_SECONDS = 3;

/** How long the work takes: seconds since its start, and those that are left; null where that cannot be told yet. */
export interface WorkTime {
  readonly seconds: number;
  readonly secondsLeft: number | null;
}

/** `now` in milliseconds since 1970. */
export function workTime({ startedAt, share }: WorkRecord, now: number): WorkTime {
  const seconds = Math.max(0, (now - startedAt) / 1000);
  const isTellable = share !== null && share >= LEAST_SHARE && seconds >= LEAST_SECONDS;
  return { seconds, secondsLeft: isTellable ? (seconds * (1 - share)) / share : null };
}

/** "Reading flowers: 1,200 of 4,000 images": the words that page and terminal share. */
export function workWords({ title, detail }: Pick<WorkRecord, 'title' | 'detail'>): string {
  return detail === null ? title : `${title}: ${detail}`;
}

/** What a process that trains does before its first step, in this order. */
export const TRAINING_STAGES = ['data', 'tensorflow', 'weights', 'first-step', 'cache', 'profile', 'training'] as const;
export type TrainingStage = (typeof TRAINING_STAGES)[number];

/** The stages in words; the last one is no part of the start. */
export const STAGE_WORDS: Readonly<Record<TrainingStage, string>> = {
  data: 'checking the data',
  tensorflow: 'loading TensorFlow',
  weights: 'setting the weights',
  'first-step': 'preparing the first step',
  cache: 'planning what to keep of frozen layers',
  profile: 'timing steps at its freeze depths',
  training: 'training',
};
