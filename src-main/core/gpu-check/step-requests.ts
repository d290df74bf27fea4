import type { JudgedNetwork } from './judged-networks.ts';

/** What a process that makes single steps is asked, one JSON object a line; it answers each by one line. */
export interface StepRequests {
  /** What the process computes on. Answer of the first request, which loads TensorFlow. */
  readonly device: Asked<Record<never, never>, FoundDevice>;
  /** Builds a network anew, with drawn weights; the one before is gone. */
  readonly open: Asked<{ readonly network: JudgedNetwork }, { readonly layers: number }>;
  /** One step from the drawn weights: its loss, and the gradients of the layers that train, in a file one after another. */
  readonly numbers: Asked<{ readonly frozenLayers: number; readonly file: string }, StepNumbers>;
  /** Trains some steps, of which each freezes one layer more, from the drawn weights. Answers by the hash of all weights. */
  readonly bits: Asked<{ readonly steps: number }, { readonly hash: string }>;
  /** Milliseconds of each of some steps at a depth. */
  readonly steps: Asked<
    { readonly frozenLayers: number; readonly count: number },
    { readonly milliseconds: readonly number[]; readonly residentBytes: number }
  >;
}

interface Asked<Request, Answer> {
  readonly request: Request;
  readonly answer: Answer;
}

export interface FoundDevice {
  readonly usesGpu: boolean;
  readonly device: string;
  readonly version: string;
  /** The form of graphs that was chosen for the card; null on a processor. */
  readonly form: string | null;
  /** Libraries that the CUDA build opens and that cannot be opened. */
  readonly missingLibraries: readonly string[];
}

export interface StepNumbers {
  readonly loss: number;
  /** The name and the number of values of each gradient, in the order of the file. */
  readonly gradients: readonly (readonly [name: string, length: number])[];
}

export type StepRequest = {
  readonly [Name in keyof StepRequests]: { readonly ask: Name } & StepRequests[Name]['request'];
}[keyof StepRequests];

/** A process that makes single steps. Each request throws an AppError where it fails. */
export interface StepProcess {
  readonly pid: number;
  ask<Name extends keyof StepRequests>(
    name: Name,
    request: StepRequests[Name]['request'],
  ): Promise<StepRequests[Name]['answer']>;
  end(): void;
}
