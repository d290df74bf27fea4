/**
 * How well a text matches a query: every word of the query has to be in it; words that begin where a word of the text
 * begins count more, early ones more than late ones. Null where it does not match.
 */
export function matchScore(query: string, text: string): number | null {
  const haystack = text.toLowerCase();
  let score = 0;
  for (const word of query.toLowerCase().split(/\s+/).filter(Boolean)) {
    const place = haystack.indexOf(word);
    if (place < 0) return null;
    const beginsWord = new RegExp(`(^|[^\\p{L}\\p{N}])${word.replace(/[\^$\\.*+?()[\]{}|/]/g, '\\$&')}`, 'u').test(
      haystack,
    );
    score += (beginsWord ? 10 : 0) + 1 / (1 + place);
  }
  return score;
}

/** The best first; ties keep their order. */
export function bestMatches<Item>(query: string, items: readonly Item[], textOf: (item: Item) => string): Item[] {
  return items
    .map((item) => ({ item, score: matchScore(query, textOf(item)) }))
    .filter((match): match is { item: Item; score: number } => match.score !== null)
    .sort((one, other) => other.score - one.score)
    .map(({ item }) => item);
}
