import { createSubscriber } from 'svelte/reactivity';
import type { Route } from '../lib/route.ts';
import { hrefOf, parseRoute } from '../lib/route.ts';

/** The page's address, followed as it changes. */
export class Location {
  readonly #subscribe = createSubscriber((update) => {
    window.addEventListener('hashchange', update);
    return () => window.removeEventListener('hashchange', update);
  });

  get route(): Route {
    this.#subscribe();
    return parseRoute(window.location.hash);
  }

  /** The address without what a view chose within itself. */
  get place(): string {
    this.#subscribe();
    return window.location.hash.split('?')[0] ?? '';
  }

  go(route: Exclude<Route, { readonly view: 'unknown' }>): void {
    window.location.hash = hrefOf(route);
  }

  /** Goes there as `go` does, without a way back to where the page is now. */
  replace(route: Exclude<Route, { readonly view: 'unknown' }>): void {
    window.location.replace(hrefOf(route));
  }
}
