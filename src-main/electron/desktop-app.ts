import type { BrowserWindow } from 'electron';
import { app } from 'electron';
import type { OpenedFile } from '#contract/desktop.ts';
import type { HomeElsewhere } from '#core/elsewhere/home-elsewhere.ts';
import { type WorkRecord, workWords } from '#core/work.ts';
import { setAppMenu } from './app-menu.ts';
import { Background, hasTray } from './background.ts';
import { ChosenFiles } from './chosen-files.ts';
import { askBeforeClosing } from './closing.ts';
import type { DesktopPorts, DesktopTools } from './desktop-ports.ts';
import type { Handed, HandedOver } from './handed.ts';
import { handedTo } from './handed.ts';
import type { LabConnection } from './lab-connection.ts';
import { checkpointBeforeSleep } from './machine-sleep.ts';
import { Mailbox } from './mailbox.ts';
import { followTheme } from './native-theme.ts';
import { notifyOfEnd } from './notifier.ts';
import { openFiles } from './opened-files.ts';
import { recoverPage } from './page-recovery.ts';
import { createPageRouter } from './page-router.ts';
import { receiveDrops, serveToPage } from './page-server.ts';
import { openOrAsk } from './start-dialog.ts';
import type { TrainingNow } from './training-watch.ts';
import { TrainingWatch } from './training-watch.ts';
import { openWindow } from './window.ts';
import { rememberedPlace, rememberPlace } from './window-place.ts';
import { showProgress, titleOf, WakeLock } from './window-progress.ts';

/** The id of the packaged app (electron-builder.config.mjs). */
const APP_ID = 'io.github.freezeout-lab';

export interface DesktopOptions {
  readonly lab: LabConnection;
  readonly home: string;
  /** Where the home is, if it is on another machine. */
  readonly elsewhere: HomeElsewhere | null;
  /** The app's own folder in the home. */
  readonly folder: string;
  readonly preload: string;
  readonly tools: DesktopTools;
  /** What the arguments of this start ask for. */
  readonly handed: Handed;
  /** What the system asks for besides, then and later. */
  readonly handedOver: HandedOver;
}

/** The one window of the app, the signs of its training in the system, and the end of both. */
export class DesktopApp {
  readonly #options: DesktopOptions;
  readonly #navigation = new Mailbox<{ readonly hash: string }>();
  readonly #notices = new Mailbox<{ readonly text: string }>();
  readonly #opened = new Mailbox<OpenedFile>();
  readonly #background = new Background(() => this.show());
  readonly #wakeLock = new WakeLock();
  readonly #watch: TrainingWatch;
  readonly #ports: DesktopPorts;
  #window: BrowserWindow | null = null;
  #showTraining: (now: TrainingNow) => void = () => undefined;
  #ending: 'no' | 'pausing' | 'done' = 'no';

  constructor(options: DesktopOptions) {
    this.#options = options;
    const { lab, home, elsewhere, tools } = options;
    const window = () => this.#window;
    const mailboxes = { navigation: this.#navigation, notices: this.#notices, opened: this.#opened };
    this.#ports = { lab, home, elsewhere, window, tools, ...mailboxes, chosen: new ChosenFiles(), hasTray };
    this.#watch = new TrainingWatch(options.lab, {
      onChange: (now) => this.#trainingChanged(now),
      onEnd: (end) => {
        if (this.#ending === 'no') void notifyOfEnd(end, options.lab, (hash) => this.show(hash)).catch(console.error);
      },
    });
  }

  /** Opens the window with what the app was started on; the page's requests wait until the home is reached. */
  open(): void {
    const { handed, handedOver } = this.#options;
    const contents = () => this.#window?.webContents ?? null;
    serveToPage(createPageRouter(this.#ports), contents);
    receiveDrops(contents, (paths) => void openFiles(paths, this.#ports));
    // Windows shows notifications only of apps that have a name.
    app.setAppUserModelId(APP_ID);
    setAppMenu((hash) => this.show(hash));
    app.on('second-instance', (_event, args, folder) => this.#receive(handedTo(args, folder)));
    handedOver.follow((handed) => this.#receive(handed));
    app.on('activate', () => this.show());
    app.on('window-all-closed', () => app.quit());
    app.on('before-quit', (event) => this.#beforeQuit(event));
    for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => app.quit());
    this.#openWindow();
    this.#take(handed);
  }

  /** Shows the window with what the user has handed to the app: a page of it, or what the files hold. */
  #receive(handed: Handed): void {
    this.show();
    this.#take(handed);
  }

  #take({ hash, paths }: Handed): void {
    if (hash !== undefined) this.#navigation.put({ hash });
    void openFiles(paths, this.#ports);
  }

  /** Opens the home, and follows the training in it; false where the user gives up a home that cannot be opened. */
  async start(): Promise<boolean> {
    if (!(await openOrAsk(this.#ports))) return false;
    this.#follow();
    return true;
  }

  #follow(): void {
    this.#watch.start();
    void followTheme(this.#options.lab);
    checkpointBeforeSleep(this.#options.lab, () => this.#watch.now);
  }

  /** Brings the window to the front, and opens a page of the app where one is named. */
  show(hash?: string): void {
    if (this.#window === null || this.#ending !== 'no') return;
    if (hash !== undefined) this.#navigation.put({ hash });
    if (this.#window.isMinimized()) this.#window.restore();
    this.#background.leave(this.#window);
  }

  #openWindow(): void {
    const { folder, preload, tools, lab } = this.#options;
    const window = openWindow(preload, rememberedPlace(folder));
    this.#window = window;
    this.#showTraining = showProgress(window);
    rememberPlace(window, folder, (path, bytes) => tools.writeFile(path, bytes));
    recoverPage(window, this.#notices);
    askBeforeClosing(window, {
      lab,
      trainsHere: () => lab.ownership === 'owner' && this.#watch.now.runs.length > 0,
      worksHere: () => this.#worksHere,
      isQuitting: () => this.#ending !== 'no',
      goToBackground: (closed) => this.#background.enter(closed),
    });
    window.on('closed', () => {
      this.#window = null;
    });
  }

  #trainingChanged(now: TrainingNow): void {
    const trainsHere = this.#options.lab.ownership === 'owner' && now.runs.length > 0;
    this.#wakeLock.set(trainsHere);
    this.#showTraining(now);
    this.#background.tell(titleOf(now, 'FreezeOut Lab'));
    if (now.runs.length === 0) this.#background.idle();
  }

  /** What ends with this program: works of another one go on. */
  get #worksHere(): readonly WorkRecord[] {
    return this.#options.lab.ownership === 'owner' ? this.#watch.works : [];
  }

  /** Delays the end until the training is paused with a checkpoint. */
  #beforeQuit(event: { preventDefault(): void }): void {
    if (this.#ending === 'done') return;
    event.preventDefault();
    if (this.#ending === 'pausing') return;
    this.#ending = 'pausing';
    for (const work of this.#worksHere) console.error(`The app was quit before this was done: ${workWords(work)}`);
    this.#watch.stop();
    this.#window?.hide();
    void this.#options.lab
      .close('The app was quit.')
      .catch((error: unknown) => console.error(error))
      .finally(() => {
        this.#ending = 'done';
        this.#wakeLock.set(false);
        app.quit();
      });
  }
}
