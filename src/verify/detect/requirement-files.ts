/** Where a virtual environment is made, relative to the checkout. */
export const environmentFolder = '.venv';

/** Read and installed together, where they are there. */
export const requirementFiles = [
  'requirements.txt',
  'requirements-dev.txt',
  'requirements-test.txt',
  'dev-requirements.txt',
  'test-requirements.txt',
  'requirements/dev.txt',
  'requirements/test.txt',
] as const;
