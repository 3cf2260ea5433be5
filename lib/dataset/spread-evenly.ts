/** At most n items, spread evenly; in their order. */
export function spreadEvenly<T>(items: readonly T[], n: number): readonly T[] {
  const length = Math.min(n, items.length);
  return Array.from({ length }, (_, i) => items[Math.floor((i * items.length) / length)]);
}
