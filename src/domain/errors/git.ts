import { defineErrors } from './definition.ts';

export const gitErrors = defineErrors({});
