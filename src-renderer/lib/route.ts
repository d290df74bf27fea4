/** A part of the settings to which something leads. */
export type SettingsPart = 'backups';

/** Where the page is: the part of the address behind `#`. Every place has an address, so that back and forward work. */
export type Route =
  | { readonly view: 'studies' }
  | { readonly view: 'new-study'; readonly from: { readonly kind: 'study' | 'run'; readonly id: string } | null }
  | { readonly view: 'study'; readonly id: string }
  /** A comparison over several studies: a saved one, or these. */
  | { readonly view: 'comparison'; readonly saved: string | null; readonly studies: readonly string[] }
  /** A search, by the id of its study. */
  | { readonly view: 'search'; readonly id: string }
  /** All runs; as a saved view arranges them where one is named. */
  | { readonly view: 'runs'; readonly saved?: string }
  /** A run, and the tab of its page that is open. */
  | { readonly view: 'run'; readonly id: string; readonly tab?: string }
  | { readonly view: 'compare-runs'; readonly ids: readonly string[] }
  | { readonly view: 'datasets' }
  /** How many layers to freeze on a data set. */
  | { readonly view: 'fine-tune'; readonly dataset: string }
  | { readonly view: 'settings'; readonly part?: SettingsPart }
  /** A document of the help, "words" or "about", and its section. */
  | { readonly view: 'help'; readonly page: string | null; readonly section: string | null }
  | { readonly view: 'queue' }
  | { readonly view: 'unknown' };

export function parseRoute(hash: string): Route {
  const [path = '', query = ''] = hash.replace(/^#/, '').split(/\?(.*)/s);
  const parts = decoded(path.split('/').filter(Boolean));
  return parts === null ? { view: 'unknown' } : routeOf(parts, new URLSearchParams(query));
}

/** Null where the address holds something that no address of ours has. */
function decoded(parts: readonly string[]): string[] | null {
  try {
    return parts.map(decodeURIComponent);
  } catch {
    return null;
  }
}

function routeOf([noun = 'studies', id = '', ...rest]: readonly string[], searchParams: URLSearchParams): Route {
  if (rest.length > 0) return { view: 'unknown' };
  const list = (name: string) => searchParams.get(name)?.split(',').filter(Boolean) ?? [];
  switch (noun) {
    case 'studies':
      return studiesRoute(id, searchParams);
    case 'searches':
      return id === '' ? { view: 'unknown' } : { view: 'search', id };
    case 'comparison':
      return { view: 'comparison', saved: id || null, studies: list('studies') };
    case 'runs':
      if (id === 'compare') return { view: 'compare-runs', ids: list('ids') };
      return id === '' ? { view: 'runs', ...savedOf(searchParams) } : { view: 'run', id, ...tabOf(searchParams) };
    case 'fine-tune':
      return id === '' ? { view: 'unknown' } : { view: 'fine-tune', dataset: id };
    case 'help':
      return { view: 'help', page: id || null, section: searchParams.get('section') };
    case 'queue':
    case 'datasets':
      return id === '' ? { view: noun } : { view: 'unknown' };
    case 'settings':
      return settingsRoute(id, searchParams);
    default:
      return { view: 'unknown' };
  }
}

function tabOf(searchParams: URLSearchParams): { readonly tab?: string } {
  const tab = searchParams.get('tab');
  return tab === null ? {} : { tab };
}

function savedOf(searchParams: URLSearchParams): { readonly saved?: string } {
  const saved = searchParams.get('view');
  return saved === null ? {} : { saved };
}

function studiesRoute(id: string, searchParams: URLSearchParams): Route {
  if (id === '') return { view: 'studies' };
  return id === 'new' ? newStudy(searchParams) : { view: 'study', id };
}

function settingsRoute(id: string, searchParams: URLSearchParams): Route {
  if (id !== '') return { view: 'unknown' };
  return searchParams.get('part') === 'backups' ? { view: 'settings', part: 'backups' } : { view: 'settings' };
}

function newStudy(parameters: URLSearchParams): Route {
  const [study, run] = [parameters.get('study'), parameters.get('run')];
  if (study !== null) return { view: 'new-study', from: { kind: 'study', id: study } };
  return { view: 'new-study', from: run === null ? null : { kind: 'run', id: run } };
}

export function hrefOf(route: Exclude<Route, { readonly view: 'unknown' }>): string {
  const part = encodeURIComponent;
  switch (route.view) {
    case 'new-study':
      return route.from === null ? '#/studies/new' : `#/studies/new?${route.from.kind}=${part(route.from.id)}`;
    case 'study':
      return `#/studies/${part(route.id)}`;
    case 'search':
      return `#/searches/${part(route.id)}`;
    case 'comparison':
      return route.saved === null
        ? `#/comparison?studies=${route.studies.map(part).join(',')}`
        : `#/comparison/${part(route.saved)}`;
    case 'fine-tune':
      return `#/fine-tune/${part(route.dataset)}`;
    case 'help':
      return `#/help${route.page === null ? '' : `/${part(route.page)}`}${route.section === null ? '' : `?section=${part(route.section)}`}`;
    case 'settings':
      return route.part === undefined ? '#/settings' : `#/settings?part=${route.part}`;
    case 'runs':
      return route.saved === undefined ? '#/runs' : `#/runs?view=${part(route.saved)}`;
    case 'run':
      return `#/runs/${part(route.id)}${route.tab === undefined ? '' : `?tab=${part(route.tab)}`}`;
    case 'compare-runs':
      return `#/runs/compare?ids=${route.ids.map(part).join(',')}`;
    default:
      return `#/${route.view}`;
  }
}
