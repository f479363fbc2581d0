/** One step of a playbook. A barrier waits until every host has come as far. */
export type Step = { readonly decide: string } | { readonly phase: string; readonly barrier: boolean };

/** An ordered list of what a verb does, read from `playbooks/<id>.yaml`. */
export interface Playbook {
  readonly id: string;
  readonly steps: readonly Step[];
}
