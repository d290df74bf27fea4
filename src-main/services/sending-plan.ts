import { type BlockSize, blocksOf } from '#core/block/grouped-runs.ts';
import type { SentBlock } from '#core/block/sent-block.ts';
import { groupedBy } from '#core/grouped.ts';
import { policyNeeds } from '#core/policy/policy.ts';
import type { Store } from '#core/ports.ts';
import type { RunDetail, StudyRecord } from '#core/records.ts';
import { depthsToProfile } from '#core/training/profiled-depths.ts';
import { newPublicId } from './identity.ts';

/** A block that is to be sent, in outline. */
export interface PlannedBlock extends Pick<SentBlock, 'id' | 'runs' | 'after'> {
  /** The runs of which it only measures the step times; where there are some, it trains none. */
  readonly calibrates: readonly string[];
}

type Known = Pick<Store, 'study' | 'blocks' | 'run'>;

/** An equal-time arm whose S' nothing has fixed yet. */
interface OpenArm {
  readonly name: string;
  /** Whether its policy has planned all freezes before the first step. */
  readonly isPlanned: boolean;
  /** The ids of its policy arm's runs. */
  readonly ofPolicy: readonly string[];
}

/**
 * The blocks of these runs, each behind those that it waits for. Blocks begin on many nodes at the same time, so that no first profile can fix S' of
 * an equal-time arm, as one does here: while that is open, a short job measures the step times of the policies, and all blocks of the study wait for it.
 * Equal-time runs of a policy that decides while training wait for all runs of the policy.
 */
export async function plannedBlocks(
  runs: readonly RunDetail[],
  size: BlockSize,
  store: Known,
): Promise<readonly PlannedBlock[]> {
  const planned: PlannedBlock[] = [];
  for (const [studyId, group] of groupedBy(runs, (run) => run.studyId)) {
    const sent = await store.blocks();
    const open = studyId === null ? [] : openArms(await store.study(studyId), group, sent);
    planned.push(...(await blocksOfStudy({ runs: group, size, sent, open }, store)));
  }
  return planned;
}

interface StudyToSend {
  readonly runs: readonly RunDetail[];
  readonly size: BlockSize;
  readonly sent: readonly SentBlock[];
  readonly open: readonly OpenArm[];
}

async function blocksOfStudy({ runs, size, sent, open }: StudyToSend, store: Known): Promise<readonly PlannedBlock[]> {
  const measured = open.filter(({ isPlanned }) => isPlanned);
  const underWay = sent.filter(({ course }) => measured.some((arm) => isMeasuredIn(arm, course.calibrates)));
  const unmeasured = measured.filter((arm) => underWay.every(({ course }) => !isMeasuredIn(arm, course.calibrates)));
  const calibrates = await runsToMeasure(unmeasured, store);
  const calibration = calibrates.length === 0 ? [] : [{ id: newPublicId(), runs: [], after: [], calibrates }];
  const after = [...underWay, ...calibration].map(({ id }) => id);

  const deciding = open.filter(({ isPlanned }) => !isPlanned);
  const isSecond = (run: RunDetail) => deciding.some(({ name }) => name === run.arm);
  const first = trainingBlocks({ runs: runs.filter((run) => !isSecond(run)), size, after });
  const awaited = [...sent, ...first].filter((block) => deciding.some((arm) => sharesRuns(arm, block.runs)));
  const second = trainingBlocks({
    ...{ runs: runs.filter(isSecond), size },
    after: [...after, ...awaited.map(({ id }) => id)],
  });
  return [...calibration, ...first, ...second];
}

interface TrainingBlocks extends Pick<PlannedBlock, 'after'> {
  readonly runs: readonly RunDetail[];
  readonly size: BlockSize;
}

function trainingBlocks({ runs, size, after }: TrainingBlocks): readonly PlannedBlock[] {
  return blocksOf(runs, size).map((group) => ({
    ...{ id: newPublicId(), after, calibrates: [] },
    runs: group.map(({ id }) => id),
  }));
}

/** The open arms of these runs: one of which a run has begun, or may begin any moment, keeps its S'. */
function openArms(study: StudyRecord, runs: readonly RunDetail[], sent: readonly SentBlock[]): readonly OpenArm[] {
  const isOut = (id: string) => sent.some((block) => block.after.length === 0 && block.runs.includes(id));
  const runsOf = (arm: string | null) => study.runs.filter((run) => run.arm === arm);
  return study.arms
    .filter(({ name, stepsFrom }) => stepsFrom === 'compute' && runs.some(({ arm }) => arm === name))
    .filter(({ name }) => runsOf(name).every(({ id, lastSeq }) => lastSeq === 0 && !isOut(id)))
    .flatMap(({ name, of }) => {
      const policy = study.arms.find((arm) => arm.name === of)?.policy;
      if (policy === undefined) return [];
      const ofPolicy = runsOf(of).filter(({ imported, deleted }) => !imported && !deleted);
      return [{ name, isPlanned: policyNeeds(policy).plans, ofPolicy: ofPolicy.map(({ id }) => id) }];
    });
}

/** A run of each policy; none of one whose runs are too short to be measured, as it is here. */
async function runsToMeasure(arms: readonly OpenArm[], store: Known): Promise<readonly string[]> {
  const measurable: string[] = [];
  for (const { ofPolicy } of arms) {
    const run = ofPolicy.length === 0 ? null : await store.run(ofPolicy[0]);
    if (run !== null && depthsToProfile(run) !== null) measurable.push(run.id);
  }
  return measurable;
}

function isMeasuredIn(arm: OpenArm, calibrates: Readonly<Record<string, number | null>>): boolean {
  return sharesRuns(arm, Object.keys(calibrates));
}

function sharesRuns({ ofPolicy }: OpenArm, runs: readonly string[]): boolean {
  return ofPolicy.some((id) => runs.includes(id));
}
