/** Why a release cannot be made, in one sentence for who makes it. */
export class ReleaseProblem extends Error {}
