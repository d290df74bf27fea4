import { eventIterator, type } from '@orpc/contract';
import { z } from 'zod';
import { datasetLocationSchema, pathOf } from '#core/data/dataset-location.ts';
import type { DownloadProgress } from '#core/data/known/download-progress.ts';
import type { DatasetReport } from '#core/data/report/dataset-report.ts';
import type { SplitPlan } from '#core/data/split-plan.ts';
import { seedNumber } from '#core/ranges.ts';
import type { DatasetRecord, DatasetSamples, KnownDatasetRecord, PreparationLine } from '#core/records.ts';
import { runSpecFields } from '#core/run.ts';
import { newName, nothing, reference, replace } from './fields.ts';
import { changes, reads } from './procedure.ts';
import { specPaths } from './spec-paths.ts';

const oneDataset = z.strictObject({ name: reference });

const { dataset, train, validation, test, split } = runSpecFields;

const mostItems = z.int().min(0).max(1_000_000).optional();

/** Data sets that runs may name. */
export const datasets = {
  /** The data sets that were added, and those that come with the set-up. */
  list: reads(nothing, type<readonly DatasetRecord[]>()),
  /**
   * Adds a data set under a name, once its files have been read without error. Throws 'conflict' for a name that is taken,
   * unless it is to be replaced: runs go on with the files that they began with all the same.
   */
  add: changes(z.strictObject({ name: newName, location: datasetLocationSchema, replace }), type<DatasetRecord>(), {
    pathsIn: ({ location }) => [pathOf(location)].filter((path) => path !== null),
    bringsFile: ({ location }) => pathOf(location) !== null,
  }),
  /**
   * Which images a spec trains on, holds out and tests on, and which classes these lack; reads the data where that was not done
   * before. Throws a bad request where the counts do not fit the data, 'not-found' or 'corrupt' for their files.
   */
  parts: reads(z.strictObject({ dataset, train, validation, test, split }), type<SplitPlan>(), {
    pathsIn: ({ dataset }) => specPaths({ dataset }),
  }),
  /** The progress, from now on, of adding data sets: a folder of images may take minutes. */
  progress: reads(nothing, eventIterator(type<PreparationLine>())),
  /**
   * What the data set holds and what is remarkable about it, with at most so many items in each finding: all of them without
   * `most`. Throws as `check` does.
   */
  report: reads(oneDataset.extend({ most: mostItems }), type<DatasetReport>()),
  /** The report on data that were not added. Throws 'not-found', 'bad-request' or 'corrupt' where there is nothing to report on. */
  check: reads(z.strictObject({ location: datasetLocationSchema, most: mostItems }), type<DatasetReport>(), {
    pathsIn: ({ location }) => [pathOf(location)].filter((path) => path !== null),
    bringsFile: ({ location }) => pathOf(location) !== null,
  }),
  /** The well-known data sets that can be had by name: their sizes and licences, and which of them are here. */
  known: reads(nothing, type<readonly KnownDatasetRecord[]>()),
  /**
   * Downloads a well-known data set, or goes on with that, and adds it under its name; where it is here already, only that.
   * Answers at the end. Throws 'not-found', 'conflict' where the name is taken by other images, 'unavailable', 'corrupt' and
   * 'no-space'.
   */
  get: changes(oneDataset, type<DatasetRecord>()),
  /** Ends a download: `get` goes on with what has arrived. */
  stopGetting: changes(oneDataset, type<{ readonly name: string }>()),
  /** The progress of downloads, from now on. */
  downloads: reads(nothing, eventIterator(type<DownloadProgress>())),
  /** Reads the files again. Throws 'corrupt' where they have changed since they were added. */
  verify: reads(oneDataset, type<DatasetRecord>()),
  /** `count` images, drawn by `seed`, and the number of images in each class. */
  samples: reads(
    oneDataset.extend({
      split: z.enum(['training', 'test', 'validation']).default('training'),
      count: z.int().min(1).max(100).default(40),
      seed: seedNumber.default(0),
    }),
    type<DatasetSamples>(),
  ),
  /** Forgets a data set; its files stay. Throws 'conflict' for one that comes with the set-up. */
  remove: changes(oneDataset, type<{ readonly name: string }>()),
};
