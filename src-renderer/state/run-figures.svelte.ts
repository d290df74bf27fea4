import type { FigureRequest } from '#core/figure/figure-request.ts';
import { figureRequestSchema } from '#core/figure/figure-request.ts';

/** The charts of a run's page. */
export type RunFigureName =
  | 'error'
  | 'trainLoss'
  | 'validationLoss'
  | 'stepLoss'
  | 'timeline'
  | 'rates'
  | 'stepTimes'
  | 'stepProfile'
  | 'epochTimes';

const FIRST = (run: string): Record<RunFigureName, FigureRequest> => ({
  error: request({ kind: 'curves', runs: [run], series: 'validationError' }),
  trainLoss: request({ kind: 'curves', runs: [run], series: 'trainLoss' }),
  validationLoss: request({ kind: 'curves', runs: [run], series: 'validationLoss' }),
  stepLoss: request({ kind: 'curves', runs: [run], series: 'stepLoss', x: 'step' }),
  timeline: request({ kind: 'freeze-timeline', run }),
  rates: request({ kind: 'learning-rates', run, x: 'step' }),
  stepTimes: request({ kind: 'step-times', run, x: 'step' }),
  stepProfile: request({ kind: 'step-profile', run }),
  epochTimes: request({ kind: 'epoch-times', runs: [run] }),
});

function request(given: unknown): FigureRequest {
  return figureRequestSchema.parse(given);
}

/** What each chart of a run's page shows, as its reader chose. */
export class RunFigures {
  #requests = $state.raw<Readonly<Record<RunFigureName, FigureRequest>>>({} as Record<RunFigureName, FigureRequest>);

  constructor(run: string) {
    this.#requests = FIRST(run);
  }

  request(name: RunFigureName): FigureRequest {
    return this.#requests[name];
  }

  change(name: RunFigureName, changed: FigureRequest): void {
    this.#requests = { ...this.#requests, [name]: changed };
  }
}
