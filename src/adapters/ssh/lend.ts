import type { Client } from 'ssh2';

/** A logged-in connection. */
export interface Connection {
  readonly client: Client;
  /** Resolves when it is closed, by whichever side. */
  readonly closed: Promise<void>;
}

/** A connection that several borrow; the last one to give it back closes it. */
export interface Lent {
  readonly connection: Promise<Connection>;
  borrowers: number;
}

/** A borrowed connection. */
export interface Loan {
  readonly client: Client;
  readonly giveBack: () => void;
}

/** Lends the connection of that name, opening it for the first borrower. One that breaks is not lent again. */
export const borrow = async (
  lent: Map<string, Lent>,
  name: string,
  open: () => Promise<Connection>,
): Promise<Loan> => {
  const forget = () => {
    if (lent.get(name) === loan) lent.delete(name);
  };
  const found = lent.get(name);
  const loan: Lent = found ?? { connection: open(), borrowers: 0 };
  if (!found) {
    lent.set(name, loan);
    loan.connection.then(({ closed }) => closed).then(forget, forget);
  }
  loan.borrowers += 1;
  const { client } = await loan.connection;
  let given = false;
  return {
    client,
    giveBack() {
      if (given) return;
      given = true;
      loan.borrowers -= 1;
      if (loan.borrowers > 0) return;
      forget();
      client.end();
    },
  };
};
