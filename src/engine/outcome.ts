/** Values that exist only after execution, by name: the certificate of a minted CA, its hash. */
export type Outcomes = Readonly<Record<string, string>>;

const PENDING = /‹after apply: ([^›]+)›/g;

/** The outcome's value, or what stands for it in a plan that was made before it exists. */
export const outcome = (outcomes: Outcomes, name: string): string =>
  outcomes[name] ?? `‹after apply: ${name}›`;

/** The outcomes that data still waits for: it may be printed and digested, never executed. */
export const pendingOf = (data: unknown): readonly string[] => [
  ...new Set([...(JSON.stringify(data) ?? '').matchAll(PENDING)].map(([, name]) => name ?? '')),
];
