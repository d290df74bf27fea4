/** The scheme of links that the app opens, also from other programs. */
const START = 'freezeout-lab://';

/** The link to a page of the app: "freezeout-lab://runs/abc" of "#/runs/abc". */
export function linkTo(hash: string): string {
  return START + hash.replace(/^#\//, '');
}

/** The address of the page that a link leads to; null for what is no such link. It only says what is shown, and starts nothing. */
export function hashOf(link: string): string | null {
  const [, place] = /^freezeout-lab:\/\/([\w.~%,:=&?/-]{0,2000})$/.exec(link) ?? [];
  return place === undefined ? null : `#/${place}`;
}
