import { createContext } from 'svelte';
import type { PageClient } from '#contract/client.ts';
import { PageClock } from './clock.svelte.ts';
import { Commands } from './commands.svelte.ts';
import { ContextMenu } from './context-menu.svelte.ts';
import { CurrentTraining } from './current-training.svelte.ts';
import { CurrentWorks } from './current-works.svelte.ts';
import { Live } from './live.svelte.ts';
import { Location } from './location.svelte.ts';
import { MachineList } from './machines.svelte.ts';
import { NoticeLog } from './notice-log.svelte.ts';
import { Notices } from './notices.svelte.ts';
import { OpenedFiles } from './opened-files.svelte.ts';
import { Preferences } from './preferences.svelte.ts';
import { LabQueue } from './queue.svelte.ts';
import { RemoteJobs } from './remote-jobs.svelte.ts';
import { ResumeQuestion } from './resume-question.svelte.ts';
import { RunsImport } from './runs-import.svelte.ts';

/** What every view may use. */
export interface AppState {
  readonly api: PageClient;
  readonly live: Live;
  readonly location: Location;
  readonly notices: Notices;
  readonly menu: ContextMenu;
  readonly noticeLog: NoticeLog;
  readonly commands: Commands;
  readonly preferences: Preferences;
  readonly clock: PageClock;
  readonly training: CurrentTraining;
  readonly queue: LabQueue;
  readonly resuming: ResumeQuestion;
  readonly importing: RunsImport;
  readonly works: CurrentWorks;
  readonly machines: MachineList;
  readonly jobs: RemoteJobs;
  readonly opened: OpenedFiles;
}

export const [appState, provideAppState] = createContext<AppState>();

export function createAppState(api: PageClient): AppState {
  const live = new Live(api);
  const noticeLog = new NoticeLog(api);
  const notices = new Notices(noticeLog);
  const clock = new PageClock();
  const queue = new LabQueue(api, live);
  const location = new Location();
  const importing = new RunsImport(api, notices);
  const works = new CurrentWorks({ api, live, clock, notices });
  return {
    api,
    live,
    location,
    notices,
    menu: new ContextMenu(),
    noticeLog,
    commands: new Commands(),
    preferences: new Preferences(api, live),
    clock,
    training: new CurrentTraining(api, live),
    queue,
    resuming: new ResumeQuestion(api, queue),
    importing,
    works,
    machines: new MachineList({ api, live, notices, works }),
    jobs: new RemoteJobs({ api, live }),
    opened: new OpenedFiles({ api, live, notices, location, importing }),
  };
}
