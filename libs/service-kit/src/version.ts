/** What is told of this release; a test compares the number with that of `package.json`. */
export const version = {
  release: '0.1.0',
  /** Of the commit that it was built from; a build that knows it puts it here. */
  sha: 'unknown',
  commit_message: 'unknown',
} as const;
