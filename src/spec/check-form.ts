/** How grave it is when a check fails. A warning keeps no host out of the cluster. */
export type Severity = 'error' | 'warning';

/** One line of the tables of checks: what the check is about, and how to mend it when it fails. */
export interface CheckLine {
  readonly severity: Severity;
  readonly means: string;
  readonly hint: string;
}
