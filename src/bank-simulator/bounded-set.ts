/** A set that forgets its oldest member when it is full. */
export class BoundedSet<T> {
  private readonly members = new Set<T>();

  constructor(private readonly sizeMax: number) {}

  has(member: T): boolean {
    return this.members.has(member);
  }

  add(member: T): void {
    this.members.add(member);
    if (this.members.size <= this.sizeMax) return;
    for (const oldest of this.members) {
      this.members.delete(oldest);
      return;
    }
  }
}
