import electron from 'electron';
import { lossesText, momentText, type RestoreOutlook, restoredText, salvagedText } from '#core/backups.ts';
import { AppError, messageOf } from '#core/errors.ts';
import type { WindowPlaces } from '#core/window-words.ts';
import { windowSentence } from '#core/window-words.ts';
import type { DesktopPorts, Remedies } from './desktop-ports.ts';
import { chooseHome } from './place-procedures.ts';
import { renewPage } from './renewed-page.ts';

export const START_ERROR = 'The home of FreezeOut Lab cannot be opened.';

const OTHER_HOME = 'Open another home …';

/** No page is open yet: what is not a button of the dialog is done in a terminal. */
const PLACES: WindowPlaces = { 'backups restore': 'the button below', '--home': `“${OTHER_HOME}” below` };

/**
 * Opens the home. Where its database is damaged, missing, of another program or of a newer version, asks what to do until it can be opened:
 * false where the user gives up. Throws whatever else stands in the way.
 */
export async function openOrAsk(ports: DesktopPorts): Promise<boolean> {
  let done: string | null = null;
  for (let isFirst = true; ; isFirst = false) {
    try {
      await ports.lab.start();
      // The page has shown why it could not read the home.
      if (!isFirst) renewPage(ports, done);
      return true;
    } catch (error) {
      if (!(error instanceof AppError) || !canBeAsked(error, ports)) throw error;
      console.error(error.message);
      const answer = await mend(ports, error);
      if (!answer.goesOn) return false;
      done = answer.done;
    }
  }
}

/** Another machine may be back in a moment. */
function canBeAsked({ code }: AppError, { elsewhere }: DesktopPorts): boolean {
  return ['corrupt', 'conflict'].includes(code) || (elsewhere !== null && code === 'unavailable');
}

interface Answer {
  readonly goesOn: boolean;
  /** What was done; null where nothing was. */
  readonly done: string | null;
}

/** A button, and what a click on it does. */
interface Choice {
  readonly label: string;
  readonly act: () => Promise<Answer>;
}

const QUIT: Choice = { label: 'Quit', act: async () => ({ goesOn: false, done: null }) };

/** Does what the user chooses. */
async function mend(ports: DesktopPorts, problem: AppError): Promise<Answer> {
  const remedies = await ports.tools.restoration.remedies();
  const chosen = await ask(ports, problem, remedies);
  return chosen.act();
}

async function ask(ports: DesktopPorts, problem: AppError, remedies: Remedies): Promise<Choice> {
  const { backup: outlook } = remedies;
  const choices = choicesFor(ports, remedies);
  const then =
    outlook === null ? '' : `\n\nThe backup: ${lossesText(outlook.losses)} The database that is there is kept.`;
  const options: electron.MessageBoxOptions = {
    type: 'error',
    title: 'FreezeOut Lab',
    message: START_ERROR,
    detail: `${windowSentence(problem.message, PLACES)}${then}`,
    buttons: choices.map(({ label }) => label),
    defaultId: 0,
    cancelId: choices.length - 1,
  };
  const parent = ports.window();
  const { dialog } = electron;
  const { response } = await (parent === null
    ? dialog.showMessageBox(options)
    : dialog.showMessageBox(parent, options));
  return choices[response] ?? QUIT;
}

function choicesFor(ports: DesktopPorts, { backup: outlook, hasLostChanges }: Remedies): readonly Choice[] {
  const { restoration } = ports.tools;
  const goOn: Choice = {
    label: 'Go on without the lost changes',
    act: () => attempt('The database was not kept.', async () => salvagedText(await restoration.salvage())),
  };
  const restore = ({ backup }: RestoreOutlook): Choice => ({
    label: `Restore the backup of ${momentText(backup.madeAt)}`,
    act: () =>
      attempt('The backup was not restored.', async () => {
        const place = await restoration.prepare(backup.name);
        return restoredText(await place());
      }),
  });
  const otherHome: Choice = {
    label: OTHER_HOME,
    act: async () => ({ goesOn: !(await chooseHome(ports)), done: null }),
  };
  const again: Choice = { label: 'Try again', act: async () => ({ goesOn: true, done: null }) };
  if (ports.elsewhere !== null) return [again, otherHome, QUIT];
  return [...(hasLostChanges ? [goOn] : []), ...(outlook === null ? [] : [restore(outlook)]), otherHome, QUIT];
}

/** What goes wrong is told, and then asked again. */
async function attempt(failure: string, work: () => Promise<string>): Promise<Answer> {
  try {
    return { goesOn: true, done: await work() };
  } catch (error) {
    electron.dialog.showErrorBox(failure, windowSentence(messageOf(error), PLACES));
    return { goesOn: true, done: null };
  }
}
