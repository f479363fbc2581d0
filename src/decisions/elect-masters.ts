/** The masters in order by host key (the first founds the cluster), and for every host the reason in words. */
export interface Election {
  readonly masters: readonly string[];
  readonly reasons: Readonly<Record<string, string>>;
}
