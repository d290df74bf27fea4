import { implement } from '@orpc/server';
import { contract } from '#contract/contract.ts';
import { toWireError } from '#contract/wire.ts';
import { AppError } from '#core/errors.ts';
import type { Services } from './lab.ts';

/** The contract, answered by the services: the same for every transport. */
export function createRouter(services: Services) {
  const { datasets, exchange, hub, measurements, runs, studies } = services;
  const procedure = implement(contract).use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw toWireError(error);
    }
  });
  const later = () => {
    throw new AppError('unavailable', 'Not answered yet.');
  };
  return procedure.router({
    runs: {
      list: procedure.runs.list.handler(({ input }) => runs.list(input)),
      show: procedure.runs.show.handler(({ input }) => runs.show(input.run)),
      rows: procedure.runs.rows.handler(later),
      valuesAt: procedure.runs.valuesAt.handler(later),
      curves: procedure.runs.curves.handler(later),
      stepTimes: procedure.runs.stepTimes.handler(later),
      history: procedure.runs.history.handler(later),
      measure: procedure.runs.measure.handler(({ input, signal }) => measurements.measure(input.spec, signal)),
      update: procedure.runs.update.handler(later),
      start: procedure.runs.start.handler(async ({ input }) => ({ runId: await runs.start(input.spec) })),
      pause: procedure.runs.pause.handler(({ input }) => runs.end(input.run, 'pause')),
      stop: procedure.runs.stop.handler(({ input }) => runs.end(input.run, 'stop')),
      resume: procedure.runs.resume.handler(async ({ input }) => ({ runId: await runs.resume(input.run) })),
      delete: procedure.runs.delete.handler(({ input }) => runs.setDeleted(input.run, true)),
      restore: procedure.runs.restore.handler(({ input }) => runs.setDeleted(input.run, false)),
      purge: procedure.runs.purge.handler(async ({ input }) => ({ runId: await runs.purge(input.run) })),
      events: procedure.runs.events.handler(({ input }) => runs.events(input.run)),
      import: procedure.runs.import.handler(({ input }) => exchange.import(input.lines)),
    },
    studies: {
      list: procedure.studies.list.handler(() => studies.list()),
      show: procedure.studies.show.handler(({ input }) => studies.show(input.study)),
      overview: procedure.studies.overview.handler(later),
      rename: procedure.studies.rename.handler(later),
      start: procedure.studies.start.handler(({ input }) => studies.start(input.spec)),
      extend: procedure.studies.extend.handler(({ input }) =>
        studies.extend(input.study, { seeds: input.seeds ?? [], policies: input.arms ?? [] }),
      ),
      export: procedure.studies.export.handler(async ({ input }) => ({
        lines: await exchange.exportStudy(input.study),
      })),
      compare: procedure.studies.compare.handler(({ input }) => studies.compare(input.study)),
    },
    datasets: {
      list: procedure.datasets.list.handler(() => datasets.list()),
      add: procedure.datasets.add.handler(({ input }) => datasets.add(input.name, input.location)),
      verify: procedure.datasets.verify.handler(({ input }) => datasets.verify(input.name)),
      samples: procedure.datasets.samples.handler(later),
      remove: procedure.datasets.remove.handler(later),
    },
    views: {
      list: procedure.views.list.handler(later),
      save: procedure.views.save.handler(later),
      remove: procedure.views.remove.handler(later),
    },
    settings: { read: procedure.settings.read.handler(later), update: procedure.settings.update.handler(later) },
    drafts: { read: procedure.drafts.read.handler(later), save: procedure.drafts.save.handler(later) },
    changes: { follow: procedure.changes.follow.handler(later) },
    events: {
      follow: procedure.events.follow.handler(async ({ input, signal }) =>
        hub.follow((event) => input.runIds?.includes(event.runId) ?? true, signal),
      ),
    },
  });
}
