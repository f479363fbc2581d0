import type { Mint } from '../engine/change.ts';
import type { Outcomes } from '../engine/outcome.ts';

/**
 * What a mint made. Both go to the control node, the secrets with mode 0600; only outcomes may be shown. The last outcome is
 * the one that says that all of it exists.
 */
export interface Minted {
  readonly secrets: Readonly<Record<string, string>>;
  readonly outcomes: Outcomes;
}

/** Makes secrets. `secrets` and `outcomes` are what exists, because a certificate needs its CA. */
export interface Minter {
  mint(
    mint: Mint,
    have: { readonly secrets: ReadonlyMap<string, string>; readonly outcomes: Outcomes },
  ): Promise<Minted>;
}
