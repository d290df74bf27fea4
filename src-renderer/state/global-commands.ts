import type { Settings } from '#core/settings.ts';
import type { Command } from './commands.svelte.ts';
import type { Location } from './location.svelte.ts';

const GO = 'Go to';
const HERE = 'In every view';

interface Window {
  readonly location: Location;
  openPalette(): void;
  openShortcuts(): void;
  openNotices(): void;
  openQueue(): void;
  undo(): unknown;
  setTheme(theme: Settings['theme']): unknown;
  importRuns(): unknown;
  copyLink(): unknown;
}

const THEMES = [
  ['light', 'light'],
  ['dark', 'dark'],
  ['system', 'as the system'],
] as const;

/** What one sets in the settings, as one looks for it. */
const SETTINGS = [
  'device',
  'threads',
  'notifications',
  'keep training in the background',
  'home folder',
  'this machine',
  'cite the paper',
];

/** The commands that every view has. */
export function globalCommands(window: Window): readonly Command[] {
  const { location, openPalette, openShortcuts, openNotices, openQueue } = window;
  const place = (
    keys: string,
    title: string,
    view: 'studies' | 'runs' | 'queue' | 'datasets' | 'settings',
  ): Command => ({
    id: `go.${view}`,
    title: `Go to ${title}`,
    group: GO,
    keys,
    run: () => location.go({ view }),
  });
  return [
    place('g s', 'studies', 'studies'),
    place('g r', 'runs', 'runs'),
    place('g q', 'the queue', 'queue'),
    place('g d', 'data sets', 'datasets'),
    place('g .', 'settings', 'settings'),
    {
      id: 'go.help',
      title: 'Go to the help',
      group: GO,
      keys: 'g h',
      run: () => location.go({ view: 'help', page: null, section: null }),
    },
    { id: 'go.back', title: 'Go back', group: GO, keys: 'Alt+ArrowLeft', run: () => history.back() },
    { id: 'go.forward', title: 'Go forward', group: GO, keys: 'Alt+ArrowRight', run: () => history.forward() },
    {
      id: 'study.new',
      title: 'New study',
      group: HERE,
      keys: 'n',
      run: () => location.go({ view: 'new-study', from: null }),
    },
    { id: 'view.filter', title: 'Filter what is shown', group: HERE, keys: '/', run: focusFilter },
    { id: 'palette', title: 'Find a study, a run or a command', group: HERE, keys: 'Mod+k', run: openPalette },
    { id: 'notices', title: 'Show the notices', group: HERE, keys: 'g n', run: openNotices },
    { id: 'queue.panel', title: 'Show or hide the queue beside the view', group: HERE, keys: 'q', run: openQueue },
    {
      id: 'undo',
      title: 'Undo the last thing that can be taken back',
      group: HERE,
      keys: 'Mod+z',
      run: () => window.undo(),
    },
    { id: 'runs.import', title: 'Import runs from a file', group: HERE, keys: null, run: () => window.importRuns() },
    { id: 'copy-link', title: 'Copy the link to this page', group: HERE, keys: null, run: () => window.copyLink() },
    ...THEMES.map(([theme, title]) => ({
      ...{ id: `theme.${theme}`, title: `Theme: ${title}`, group: 'Settings', keys: null },
      run: () => window.setTheme(theme),
    })),
    ...SETTINGS.map((title) => ({
      ...{ id: `settings.${title}`, title: `Settings: ${title}`, group: 'Settings', keys: null },
      run: () => location.go({ view: 'settings' }),
    })),
    { id: 'shortcuts', title: 'Show the keys', group: HERE, keys: '?', run: openShortcuts },
  ];
}

/** A view's filter is its field for searching. */
function focusFilter(): void {
  document.querySelector<HTMLInputElement>('main input[type="search"]')?.focus();
}
