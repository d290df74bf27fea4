import { describe, expect, it } from 'vitest';
import { commentOf, jobOfBlock, listedJobs, shownJob } from '#core/machines/slurm-jobs.ts';

// As Slurm 22.05 has answered.
const LISTED = `12|freezeout:b-2|PENDING|Priority||N/A
11|freezeout:b-1|RUNNING|None|n1|2026-11-30T12:44:06
10|freezeout:b-0|COMPLETING|None|n2|2026-11-30T12:39:07
9|freezeout:a|TIMEOUT|TimeLimit|n1|2026-11-30T12:30:00
8|freezeout:a|NODE_FAIL|NodeFail|n1|2026-11-30T12:20:00
7|freezeout:c|PENDING|JobHeldUser||N/A
14|freezeout:g|PENDING|launch failed requeued held||N/A
6||RUNNING|None|n1|2026-11-30T12:44:06
5|somebody|else's|RUNNING|None|n1|2026-11-30T12:44:06
4|freezeout:d|PENDING|BeginTime||2026-11-30T12:44:06
3|freezeout:e|PENDING|ReqNodeNotAvail, UnavailableNodes:n[1-2]|(null)|N/A
2_1|freezeout:f|RUNNING|None|n1|2026-11-30T12:44:06
`;

const SHOWN =
  'JobId=1 JobName=freezeout-b1 UserId=root(0) GroupId=root(0) MCS_label=N/A Priority=4294901759 Nice=0 Account=(null) QOS=(null) JobState=FAILED Reason=NonZeroExitCode Dependency=(null) Requeue=1 Restarts=0 BatchFlag=1 Reboot=0 ExitCode=1:0 RunTime=00:00:01 TimeLimit=00:05:00 TimeMin=N/A SubmitTime=2026-11-30T12:39:05 StartTime=2026-11-30T12:39:06 EndTime=2026-11-30T12:39:07 Deadline=N/A Partition=main AllocNode:Sid=localhost:26934 ReqNodeList=(null) ExcNodeList=(null) NodeList=n1 BatchHost=n1 NumNodes=1 Command=(null) WorkDir=/tmp/jobs/b1 Comment=freezeout:b1  StdErr=/tmp/slurm.out Power= ';

describe('the jobs that Slurm lists', () => {
  it('are ours by their comment, with what is said of each', () => {
    const jobs = listedJobs(LISTED);
    expect(jobs.map(({ id, block, state, reason, node }) => [id, block, state, reason, node])).toEqual([
      ['12', 'b-2', 'waits', 'Priority', null],
      ['11', 'b-1', 'runs', null, 'n1'],
      ['10', 'b-0', 'ending', null, 'n2'],
      ['9', 'a', 'over', 'TimeLimit', 'n1'],
      ['8', 'a', 'over', 'NodeFail', 'n1'],
      ['7', 'c', 'held', 'JobHeldUser', null],
      ['14', 'g', 'held', 'launch failed requeued held', null],
      ['4', 'd', 'waits', 'BeginTime', null],
      ['3', 'e', 'waits', 'ReqNodeNotAvail, UnavailableNodes:n[1-2]', null],
    ]);
    expect(jobs[1].endsAt).toBe(new Date('2026-11-30T12:44:06').getTime());
    expect(jobs[0].endsAt).toBeNull();
  });

  it('are taken to run where the state is one of a later version', () => {
    expect(listedJobs('1|freezeout:a|HIBERNATING|None|n1|N/A')[0]).toMatchObject({
      state: 'runs',
      word: 'HIBERNATING',
    });
  });

  it('may be several of one block: the one that is not over counts, else the newest', () => {
    const jobs = listedJobs(`${LISTED}13|freezeout:b-1|FAILED|None|n1|N/A\n`);
    expect(jobOfBlock(jobs, 'b-1')?.id).toBe('11');
    expect(jobOfBlock(jobs, 'a')?.id).toBe('9');
    expect(jobOfBlock(jobs, 'other')).toBeNull();
  });
});

describe('one job that Slurm shows', () => {
  it('is read from its line', () => {
    expect(shownJob(SHOWN)).toEqual({
      ...{ block: 'b1', id: '1', state: 'over', word: 'FAILED', reason: 'NonZeroExitCode', node: 'n1' },
      endsAt: new Date('2026-11-30T12:39:07').getTime(),
    });
  });

  it("is none where it is somebody else's, or no job at all", () => {
    expect(shownJob(SHOWN.replace(commentOf('b1'), 'mine'))).toBeNull();
    expect(shownJob('')).toBeNull();
  });
});
