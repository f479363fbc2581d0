/** The two people of every node, made in `image/customize.sh`; both may log in with the lab's keys. */
export const users = {
  /** Uses sudo without a password. */
  ubuntu: { name: 'ubuntu' },
  /** Uses sudo, and ssh if she likes, with this password. */
  engineer: { name: 'engineer', password: 'cabinet-17' },
} as const;
