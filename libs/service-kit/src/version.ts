/** The version that the APIs report. A test compares `release` with `package.json`. */
export const version = {
  release: '0.1.0',
  /** The commit that this release was built from; a build may replace it. */
  sha: 'unknown',
  commit_message: 'unknown',
} as const;
