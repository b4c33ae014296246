import { type Sealed, Vault } from './vault.js';

/** Which columns of a table are encrypted, all those of a row under the key that its `key_id` names. */
export interface SealedTable<Column extends string = string> {
  readonly table: string;
  /** Its primary key: a number. */
  readonly id: string;
  readonly columns: readonly Column[];
  /** Whose row it is, as its values are sealed for: an expression in SQL, of the row `t`. */
  readonly owner: string;
  /** Under the keys themselves instead of ones for each column: see `Vault`. */
  readonly isWithoutPurpose?: true;
}

type Values<Column extends string, Value> = Readonly<Record<Column, Value>>;

/** Seals and opens the values of a table's rows. A column's value opens in no other column. */
export class RowVault<Column extends string> {
  private readonly vaults: readonly (readonly [Column, Vault])[];

  constructor(hexKeys: readonly string[], { table, columns, isWithoutPurpose }: SealedTable<Column>) {
    const purposeOf = (column: Column) => (isWithoutPurpose ? null : `${table}.${column}`);
    this.vaults = columns.map((column) => [column, new Vault(hexKeys, purposeOf(column))]);
  }

  /** Of the key that seals. */
  get keyId(): string {
    return this.vaults[0]?.[1].keyId as string;
  }

  /** The values as they are to be stored, with the `key_id` that goes with them. */
  seal(values: Values<Column, string>, owner: string): Values<Column, Buffer> {
    return this.each((vault, column) => vault.seal(values[column], owner).ciphertext);
  }

  /** @throws SealBroken */
  open(keyId: Sealed['keyId'], sealed: Values<Column, Buffer>, owner: string): Values<Column, string> {
    return this.each((vault, column) => vault.open({ keyId, ciphertext: sealed[column] }, owner));
  }

  /** One value alone. @throws SealBroken */
  openOne(keyId: Sealed['keyId'], column: Column, ciphertext: Buffer, owner: string): string {
    const [, vault] = this.vaults.find(([name]) => name === column) as readonly [Column, Vault];
    return vault.open({ keyId, ciphertext }, owner);
  }

  private each<Value>(value: (vault: Vault, column: Column) => Value): Values<Column, Value> {
    const values = this.vaults.map(([column, vault]) => [column, value(vault, column)] as const);
    return Object.fromEntries(values) as Record<Column, Value>;
  }
}
