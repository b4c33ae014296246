/**
 * Who claims what, of all that is on its way: by name, one holder each.
 *
 * What is claimed while one group is posted lies in a map of its own, which is thrown away with the last of its claims. One map for
 * ever would cost more than all the rest of a posting: V8 lets a table that was outgrown point to its successor, so that through a
 * first one that had got old every later one, with all requests it ever held, would get into the old generation too.
 */
export class Claims<Holder> {
  private maps: Map<string, Holder>[] = [new Map()];

  /** The first of these names that is claimed says who holds it. */
  holderOf(names: readonly string[]): Holder | undefined {
    for (const name of names) {
      for (const map of this.maps) {
        const holder = map.get(name);
        if (holder !== undefined) return holder;
      }
    }
    return undefined;
  }

  /** None of the names may be held. Returns the map that they lie in, for `release`. */
  hold(names: readonly string[], holder: Holder): Map<string, Holder> {
    const map = this.maps.at(-1) as Map<string, Holder>;
    for (const name of names) map.set(name, holder);
    return map;
  }

  release(names: readonly string[], map: Map<string, Holder>): void {
    for (const name of names) map.delete(name);
    if (map.size === 0 && map !== this.maps.at(-1)) this.maps = this.maps.filter((other) => other !== map);
  }

  /** What is claimed from now on is the next group's. */
  turn(): void {
    if ((this.maps.at(-1) as Map<string, Holder>).size > 0) this.maps.push(new Map());
  }
}
