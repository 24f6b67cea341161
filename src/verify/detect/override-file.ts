/** Where a repository says itself how it is checked. */
export const overrideFile = 'runyard.yaml';
