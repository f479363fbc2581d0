/** What keeps the lab from doing what was asked: its message is one sentence for the person at the keyboard. */
export class LabProblem extends Error {}
