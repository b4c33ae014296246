import { Injectable } from '@nestjs/common';
import type { MovementType } from './movement.entity.js';
import type { MovementKind } from './movement.js';

/** The kinds of movements there are; each room registers its own when the service starts. */
@Injectable()
export class MovementKinds {
  private readonly kinds = new Map<MovementType, MovementKind<unknown>>();

  register<Details>(kind: MovementKind<Details>): void {
    this.kinds.set(kind.type, kind);
  }

  get(type: MovementType): MovementKind<unknown> {
    const kind = this.kinds.get(type);
    if (!kind) throw new Error(`no room has registered ${type}`);
    return kind;
  }

  /** Ids of these movements by their kind. */
  group(movements: readonly { id: number; type: MovementType }[]): Map<MovementKind<unknown>, number[]> {
    const groups = new Map<MovementKind<unknown>, number[]>();
    for (const { id, type } of movements) {
      const kind = this.get(type);
      groups.set(kind, [...(groups.get(kind) ?? []), id]);
    }
    return groups;
  }
}
