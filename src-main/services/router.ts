import { implement } from '@orpc/server';
import { contract } from '#contract/contract.ts';
import { toWireError } from '#contract/wire.ts';
import type { Services } from './lab.ts';

/** The contract, answered by the services: the same for every transport. */
export function createRouter(services: Services) {
  const { hub } = services;
  const procedure = contractProcedures();
  return procedure.router({
    runs: { ...shownRuns(procedure, services), ...steeredRuns(procedure, services) },
    queue: answeredQueue(procedure, services),
    studies: answeredStudies(procedure, services),
    searches: answeredSearches(procedure, services),
    datasets: answeredDatasets(procedure, services),
    weights: answeredWeights(procedure, services),
    machines: answeredMachines(procedure, services),
    ...keptThings(procedure, services),
    works: {
      follow: procedure.works.follow.handler(async ({ signal }) => services.works.follow(signal)),
      cancel: procedure.works.cancel.handler(({ input }) => ({ id: services.works.cancel(input.work) })),
    },
    jobs: { list: procedure.jobs.list.handler(({ input }) => services.remote.jobs(input.look)) },
    rows: { unreadable: procedure.rows.unreadable.handler(() => services.runs.unreadableRows()) },
    changes: { follow: procedure.changes.follow.handler(async ({ signal }) => hub.followChanges(signal)) },
    events: {
      follow: procedure.events.follow.handler(async ({ input, signal }) =>
        hub.follow((event) => input.runIds?.some((id) => id === event.runId) ?? true, signal),
      ),
    },
  });
}

function contractProcedures() {
  return implement(contract).use(async ({ next }) => {
    try {
      return await next();
    } catch (error) {
      throw toWireError(error);
    }
  });
}

type Procedures = ReturnType<typeof contractProcedures>;

function shownRuns(procedure: Procedures, { runs }: Services) {
  return {
    list: procedure.runs.list.handler(({ input }) => runs.list(input)),
    show: procedure.runs.show.handler(({ input }) => runs.show(input.run)),
    rows: procedure.runs.rows.handler(({ input }) => runs.rows(input)),
    valuesAt: procedure.runs.valuesAt.handler(({ input }) => runs.valuesAt(input.series, input.epoch)),
    curves: procedure.runs.curves.handler(({ input }) => runs.curves(input)),
    stepTimes: procedure.runs.stepTimes.handler(({ input }) => runs.stepTimes(input.run, input.buckets)),
    predictions: procedure.runs.predictions.handler(({ input }) => runs.predictions(input.run)),
    log: procedure.runs.log.handler(({ input, signal }) => runs.log(input.run, { from: input.from, signal })),
    weights: procedure.runs.weights.handler(({ input }) => runs.finalWeights(input.run)),
    check: procedure.runs.check.handler(async ({ input }) => {
      await runs.check(input.spec);
      return null;
    }),
    history: procedure.runs.history.handler(({ input }) => runs.history(input.run)),
    events: procedure.runs.events.handler(({ input }) => runs.events(input.run)),
  };
}

function steeredRuns(
  procedure: Procedures,
  { runs, exchange, lineTransfers, measurements, verifications, predictions, hub, works }: Services,
) {
  return {
    verify: procedure.runs.verify.handler(({ input, signal }) => verifications.verify(input.run, signal)),
    verifying: procedure.runs.verifying.handler(async ({ signal }) => hub.followVerifications(signal)),
    predict: procedure.runs.predict.handler(({ input, signal }) => predictions.predict(input.run, input.path, signal)),
    measure: procedure.runs.measure.handler(({ input, signal }) => measurements.measure(input, signal)),
    update: procedure.runs.update.handler(async ({ input: { runs: ids, ...change } }) => ({
      runIds: await runs.update(ids, change),
    })),
    recount: procedure.runs.recount.handler(({ input }) => runs.recount(input.run)),
    start: procedure.runs.start.handler(async ({ input }) => ({ runId: await runs.start(input.spec, input.on) })),
    pause: procedure.runs.pause.handler(({ input }) => runs.end(input.run, 'pause')),
    stop: procedure.runs.stop.handler(({ input }) => runs.end(input.run, 'stop')),
    resume: procedure.runs.resume.handler(async ({ input }) => ({ runId: await runs.resume(input.run, input) })),
    delete: procedure.runs.delete.handler(({ input }) => runs.setDeleted(input.run, true)),
    restore: procedure.runs.restore.handler(({ input }) => runs.setDeleted(input.run, false)),
    purge: procedure.runs.purge.handler(async ({ input: { run } }) => ({
      runId: await works.during({ title: `Deleting run ${run} and its files` }, () => runs.purge(run)),
    })),
    import: procedure.runs.import.handler(async ({ input, signal }) => exchange.import(input.path, signal)),
    receive: procedure.runs.receive.handler(async ({ input, signal }) => lineTransfers.receive(input.bytes, signal)),
    takePiece: procedure.runs.takePiece.handler(async ({ input: { transfer, at, bytes } }) => {
      await lineTransfers.take(transfer, at, bytes);
      return null;
    }),
  };
}

function answeredQueue(procedure: Procedures, { queue, outlooks, runs }: Services) {
  return {
    show: procedure.queue.show.handler(() => queue.show()),
    outlook: procedure.queue.outlook.handler(async ({ signal }) => outlooks.follow(signal)),
    retry: procedure.queue.retry.handler(() => {
      queue.retry();
      return queue.show();
    }),
    move: procedure.queue.move.handler(({ input }) => runs.move(input.run, input.place)),
    hold: procedure.queue.hold.handler(({ input }) => runs.hold(input.run, true)),
    release: procedure.queue.release.handler(({ input }) => runs.hold(input.run, false)),
    pause: procedure.queue.pause.handler(() => queue.pause(true)),
    resume: procedure.queue.resume.handler(() => queue.pause(false)),
  };
}

function answeredStudies(
  procedure: Procedures,
  { studies, studyLife, exchange, lineTransfers, measurements, works }: Services,
) {
  return {
    list: procedure.studies.list.handler(({ input }) => studies.list(input.deleted)),
    show: procedure.studies.show.handler(({ input }) => studies.show(input.study)),
    overview: procedure.studies.overview.handler(({ input }) => studies.overview(input.deleted)),
    rename: procedure.studies.rename.handler(({ input }) => studyLife.rename(input.study, input.name)),
    update: procedure.studies.update.handler(async ({ input: { studies: all, ...change } }) => ({
      studyIds: await studyLife.update(all, change),
    })),
    delete: procedure.studies.delete.handler(({ input }) => studyLife.delete(input.study)),
    restore: procedure.studies.restore.handler(({ input }) => studyLife.restore(input.study)),
    purge: procedure.studies.purge.handler(async ({ input }) => ({ studyId: await studyLife.purge(input.study) })),
    estimate: procedure.studies.estimate.handler(({ input, signal }) => measurements.estimate(input.spec, signal)),
    start: procedure.studies.start.handler(({ input: { spec, on } }) =>
      works.during({ title: `Planning the runs of ${spec.name}` }, () => studies.start(spec, on)),
    ),
    extend: procedure.studies.extend.handler(({ input: { study, seeds = [], arms = [], on } }) =>
      works.during({ title: 'Planning more runs' }, () =>
        studies.extend(study, { seeds, policies: arms, destination: on ?? null }),
      ),
    ),
    lines: procedure.studies.lines.handler(async ({ input, signal }) => lineTransfers.send(input.study, signal)),
    export: procedure.studies.export.handler(async ({ input, signal }) => exchange.export(input.study, signal)),
    compare: procedure.studies.compare.handler(({ input }) => studies.compare(input.study, input.margin)),
    classCosts: procedure.studies.classCosts.handler(({ input }) => studies.classCosts(input.study)),
    answer: procedure.studies.answer.handler(({ input }) => studies.answer(input.studies)),
  };
}

function answeredSearches(procedure: Procedures, { searches }: Services) {
  return {
    list: procedure.searches.list.handler(() => searches.list()),
    show: procedure.searches.show.handler(({ input }) => searches.show(input.study)),
    start: procedure.searches.start.handler(({ input }) => searches.start(input)),
    resume: procedure.searches.resume.handler(({ input }) => searches.resume(input.study, input)),
    stop: procedure.searches.stop.handler(({ input }) => searches.stop(input.study)),
  };
}

function answeredDatasets(procedure: Procedures, { datasets, knownDatasets, hub }: Services) {
  return {
    list: procedure.datasets.list.handler(() => datasets.list()),
    add: procedure.datasets.add.handler(({ input }) => datasets.add(input)),
    parts: procedure.datasets.parts.handler(async ({ input }) => (await datasets.parts(input)).parts),
    progress: procedure.datasets.progress.handler(async ({ signal }) => hub.followPreparations(signal)),
    report: procedure.datasets.report.handler(({ input: { name, most } }) => datasets.report(name, most)),
    check: procedure.datasets.check.handler(({ input: { location, most } }) => datasets.check(location, most)),
    known: procedure.datasets.known.handler(() => knownDatasets.list()),
    get: procedure.datasets.get.handler(({ input }) => knownDatasets.get(input.name)),
    stopGetting: procedure.datasets.stopGetting.handler(({ input }) => ({ name: knownDatasets.stop(input.name) })),
    downloads: procedure.datasets.downloads.handler(async ({ signal }) => knownDatasets.follow(signal)),
    verify: procedure.datasets.verify.handler(({ input }) => datasets.verify(input.name)),
    samples: procedure.datasets.samples.handler(({ input: { name, ...query } }) => datasets.samples(name, query)),
    remove: procedure.datasets.remove.handler(async ({ input }) => ({ name: await datasets.remove(input.name) })),
  };
}

function answeredWeights(procedure: Procedures, { weightsLibrary, works }: Services) {
  return {
    list: procedure.weights.list.handler(() => weightsLibrary.list()),
    add: procedure.weights.add.handler(({ input }) =>
      works.during({ title: `Copying the weights ${input.name}` }, () => weightsLibrary.add(input)),
    ),
    describe: procedure.weights.describe.handler(({ input }) => weightsLibrary.describe(input.path)),
    remove: procedure.weights.remove.handler(async ({ input }) => ({ name: await weightsLibrary.remove(input.name) })),
  };
}

function answeredMachines(procedure: Procedures, { machines }: Services) {
  return {
    list: procedure.machines.list.handler(() => machines.list()),
    add: procedure.machines.add.handler(({ input }) => machines.add(input.machine, input.replace)),
    remove: procedure.machines.remove.handler(async ({ input }) => ({ machine: await machines.remove(input.machine) })),
    check: procedure.machines.check.handler(({ input, signal }) => machines.check(input.machine, signal)),
    setUp: procedure.machines.setUp.handler(({ input, signal }) => machines.setUp(input.machine, signal)),
  };
}

function keptThings(procedure: Procedures, { kept, backups }: Services) {
  return {
    backups: {
      list: procedure.backups.list.handler(() => backups.list()),
      make: procedure.backups.make.handler(() => backups.make('asked')),
      verify: procedure.backups.verify.handler(({ input }) => backups.verify(input.name)),
      outlook: procedure.backups.outlook.handler(({ input }) => backups.outlook(input.name)),
      strayRuns: procedure.backups.strayRuns.handler(() => backups.strayRuns()),
    },
    views: {
      list: procedure.views.list.handler(() => kept.views()),
      save: procedure.views.save.handler(({ input }) => kept.saveView(input.name, input.comparison)),
      remove: procedure.views.remove.handler(async ({ input }) => ({ id: await kept.removeView(input.id) })),
    },
    runsViews: {
      list: procedure.runsViews.list.handler(() => kept.runsViews()),
      save: procedure.runsViews.save.handler(({ input }) => kept.saveRunsView(input.name, input.view)),
      rename: procedure.runsViews.rename.handler(({ input }) => kept.renameRunsView(input.id, input.name)),
      remove: procedure.runsViews.remove.handler(async ({ input }) => ({ id: await kept.removeRunsView(input.id) })),
    },
    settings: {
      read: procedure.settings.read.handler(() => kept.settings()),
      update: procedure.settings.update.handler(({ input }) => kept.changeSettings(input)),
    },
    drafts: {
      read: procedure.drafts.read.handler(async ({ input }) => ({ value: await kept.draft(input.key) })),
      save: procedure.drafts.save.handler(async ({ input }) => {
        await kept.saveDraft(input.key, input.value);
        return { key: input.key };
      }),
    },
  };
}
